import type { QueueLoad, QueueObserver } from "../../client/work-queue/contract.ts";
import type { MetricsText } from "./http-endpoints.ts";
import type { CertificateObserver, DomainObserver, LeaderObserver, WebhookObserver } from "./observers.ts";

/** All that the operator measures, for Prometheus to read. Its parts are handed the observers; nobody else knows of prom-client. */
export interface Metrics {
  /** For the work queue of a controller: `followed` tells how it stands, once the queue has been made. */
  queue(controller: string, workers: number): QueueObserver & { followed(load: () => QueueLoad): void };
  readonly leader: LeaderObserver;
  readonly webhook: WebhookObserver;
  readonly certificate: CertificateObserver;
  readonly domain: DomainObserver;
  /** Counts the requests of this process's clients until disposed of. `server`: the API server's address, or the name of an embedded one. */
  followRequests(server: string): Disposable;
  /** Measures how late timers come until disposed of. */
  followEventLoop(): Disposable;
  text(): Promise<MetricsText>;
}
