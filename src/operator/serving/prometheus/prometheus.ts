import { collectDefaultMetrics } from "prom-client";
import { type RequestReport, requestChannel } from "../../../client/http/request-channel.ts";
import type { Clock, Millis } from "../../../runtime/clock.ts";
import type { Metrics } from "../metrics-contract.ts";
import type { CertificateObserver, WebhookObserver } from "../observers.ts";
import { domainMetrics } from "./domain-metrics.ts";
import { queueMetrics } from "./queue-metrics.ts";
import { Metered } from "./registry.ts";

/** How often the event loop is looked at: what lasts longer than this cannot be missed. */
const lookEvery: Millis = 500;

export function createMetrics(clock: Clock): Metrics {
  const metered = new Metered();
  if (clock.kind === "real") collectDefaultMetrics({ register: metered.registry });
  return {
    queue: (controller, workers) => queueMetrics(metered, controller, workers),
    leader: { leads: (name, isLeader) => metered.gauge("leader_election_master_status").set({ name }, isLeader ? 1 : 0) },
    webhook: webhookMetrics(metered, clock),
    certificate: certificateMetrics(metered),
    domain: domainMetrics(metered, clock),
    followRequests: (server) => followRequests(metered, URL.canParse(server) ? new URL(server).host : server),
    followEventLoop: () => followEventLoop(metered, clock),
    text: () => metered.text(),
  };
}

function webhookMetrics(metered: Metered, clock: Clock): WebhookObserver {
  return {
    began: (webhook) => {
      const from = clock.monotonic();
      const inFlight = metered.gauge("controller_runtime_webhook_requests_in_flight");
      inFlight.inc({ webhook });
      return (code) => {
        inFlight.dec({ webhook });
        metered.counter("controller_runtime_webhook_requests_total").inc({ webhook, code });
        metered.histogram("controller_runtime_webhook_latency_seconds").observe({ webhook }, (clock.monotonic() - from) / 1000);
      };
    },
  };
}

function certificateMetrics(metered: Metered): CertificateObserver {
  return {
    read: (outcome) => {
      metered.counter("certwatcher_read_certificate_total").inc();
      if (outcome === "failure") metered.counter("certwatcher_read_certificate_errors_total").inc();
    },
    servedUntil: (instant) => metered.gauge("drydock_certificate_expires_seconds").set(Math.floor(instant / 1000)),
  };
}

function followRequests(metered: Metered, host: string): Disposable {
  const requests = metered.counter("rest_client_requests_total");
  const count = (message: unknown): void => {
    const { method, status } = message as RequestReport;
    // As client-go writes it where there was no answer.
    requests.inc({ code: status ?? "<error>", method, host });
  };
  requestChannel.subscribe(count);
  return {
    [Symbol.dispose]: () => {
      requestChannel.unsubscribe(count);
    },
  };
}

function followEventLoop(metered: Metered, clock: Clock): Disposable {
  const delay = metered.histogram("drydock_event_loop_delay_seconds");
  let timer: Disposable | undefined;
  const look = (): void => {
    const due = clock.monotonic() + lookEvery;
    timer = clock.timer(
      lookEvery,
      () => {
        delay.observe(Math.max(0, clock.monotonic() - due) / 1000);
        look();
      },
      { background: true },
    );
  };
  look();
  return { [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
}
