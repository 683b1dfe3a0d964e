import type { KubeApi } from "../client/kube-api.ts";
import type { Clock, Millis } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { apiReads } from "./admission/api-reads.ts";
import { maintenanceHandler, nodeMaintenanceHandler } from "./admission/handler.ts";
import { names, webhookPaths } from "./manifests/names.ts";
import { injectAuthorities } from "./serving/ca-injection.ts";
import { keepCertificates, serviceNames } from "./serving/certificates.ts";
import type { HealthCheck } from "./serving/health-check.ts";
import type { ListenAddress } from "./serving/listen-address.ts";
import type { Logger } from "./serving/logger.ts";
import type { Metrics } from "./serving/metrics.ts";
import { startWebhookServer } from "./serving/webhook-server.ts";

export interface WebhookOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly at: ListenAddress;
  readonly service: string;
  readonly namespace: string;
  readonly medik8s: boolean;
  readonly signal: AbortSignal;
}

export interface Webhooks extends AsyncDisposable {
  readonly port: number;
  readonly checks: readonly HealthCheck[];
}

/** Requests in flight at the end are waited for; the API server waits no longer than 5 s for any. */
const closePatience: Millis = 5_000;

/** Answers what the API server asks about new objects, by a certificate of its own that the API server is told to trust. Every replica does. */
export async function startWebhooks(o: WebhookOptions): Promise<Webhooks> {
  const { api, clock, random, namespace, signal } = o;
  const { watchBegan } = o.metrics.domain;
  const log = o.log.named("webhooks");
  await using parts = new AsyncDisposableStack();
  const certificates = parts.use(
    await keepCertificates({
      api,
      namespace,
      secret: names.certificate,
      dnsNames: serviceNames(o.service, namespace),
      clock,
      random: random.fork("certificates"),
      log,
      observer: o.metrics.certificate,
      watchBegan,
      signal,
    }),
  );
  const reads = apiReads(api);
  const server = await startWebhookServer({
    at: o.at,
    certificate: certificates.current.serving,
    handlers: new Map([
      [webhookPaths.maintenance, maintenanceHandler(reads)],
      ...(o.medik8s ? [[webhookPaths.nodeMaintenance, nodeMaintenanceHandler(reads)] as const] : []),
    ]),
    clock,
    log,
    observer: o.metrics.webhook,
  });
  parts.defer(() => server.close(closePatience));
  const configurations = [names.maintenanceWebhook, ...(o.medik8s ? [names.nodeMaintenanceWebhook] : [])];
  const injection = parts.use(
    injectAuthorities(
      { api, configurations, clock, random: random.fork("authorities"), log, watchBegan, signal },
      certificates.current.bundle,
    ),
  );
  parts.use(
    certificates.onChange(({ serving, bundle }) => {
      server.use(serving);
      injection.use(bundle);
    }),
  );
  const owned = parts.move();
  return { port: server.port, checks: [server.check, certificates.check], [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
