import { connect } from "../../../src/client/http/connect.ts";
import { identify } from "../../../src/client/http/identity.ts";
import { systemRandom } from "../../../src/runtime/random.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import { apiReads } from "../../../src/operator/admission/api-reads.ts";
import { maintenanceHandler, nodeMaintenanceHandler } from "../../../src/operator/admission/handler.ts";
import { names, webhookPaths } from "../../../src/operator/manifests/names.ts";
import { injectAuthorities } from "../../../src/operator/serving/ca-injection.ts";
import type { Lifetimes } from "../../../src/operator/serving/certificate-rotation.ts";
import { keepCertificates, serviceNames } from "../../../src/operator/serving/certificates.ts";
import { loopback } from "../../../src/operator/serving/listen-address.ts";
import { createLogger } from "../../../src/operator/serving/log.ts";
import { startWebhookServer } from "../../../src/operator/serving/webhook-server.ts";

/** The webhooks of an operator, and nothing else of it. */
export interface Serving extends AsyncDisposable {
  readonly port: number;
  /** Of every certificate and bundle that was served and told, in order. */
  readonly served: readonly { readonly certificate: string; readonly bundle: string }[];
  /** Resolves when the authority and the certificate signed by it have both been exchanged. */
  readonly renewed: Promise<void>;
  readonly lines: readonly string[];
  /** The process is gone, as far as the API server can tell. */
  die(): Promise<void>;
}

/** Serves as the operator does, as this user, with certificates of these lifetimes. */
export async function serveWebhooks(kubeconfig: string, lifetimes: Lifetimes): Promise<Serving> {
  const stop = new AbortController();
  const { signal } = stop;
  const identity = await identify({ kubeconfig }, { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false }, realClock);
  const api = await connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (webhooks)" });
  const lines: string[] = [];
  const log = createLogger("operator", { now: () => realClock.now(), sink: (line) => lines.push(line), level: "debug" });
  const common = { api, clock: realClock, random: systemRandom, log, signal };
  const { namespace, certificate, webhook, maintenanceWebhook, nodeMaintenanceWebhook } = names;
  const dnsNames = serviceNames(webhook, namespace);
  const kept = await keepCertificates({ ...common, namespace, secret: certificate, dnsNames, lifetimes });
  const reads = apiReads(api);
  const handlers = new Map([
    [webhookPaths.maintenance, maintenanceHandler(reads)],
    [webhookPaths.nodeMaintenance, nodeMaintenanceHandler(reads)],
  ]);
  const server = await startWebhookServer({
    at: { host: loopback, port: 0 },
    certificate: kept.current.serving,
    handlers,
    clock: realClock,
    log,
  });
  const injection = injectAuthorities({ ...common, configurations: [maintenanceWebhook, nodeMaintenanceWebhook] }, kept.current.bundle);
  const served = [{ certificate: kept.current.serving.certificate, bundle: kept.current.bundle }];
  const { promise: renewed, resolve } = Promise.withResolvers<void>();
  let bundled: string | undefined;
  kept.onChange(({ serving, bundle }) => {
    const last = served.at(-1);
    if (bundle !== last?.bundle) bundled = bundle;
    else if (bundled !== undefined) resolve();
    served.push({ certificate: serving.certificate, bundle });
    injection.use(bundle);
    server.use(serving);
  });
  return {
    port: server.port,
    served,
    renewed,
    lines,
    die: () => server.close(0),
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("the test is over"));
      await Promise.all([kept[Symbol.asyncDispose](), injection[Symbol.asyncDispose](), server.close(0)]);
      await api[Symbol.asyncDispose]();
    },
  };
}
