import { maintenances } from "../../api/maintenance.ts";
import { nodeMaintenances } from "../../api/node-maintenance.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import type { AdmissionRequest } from "../../kube/admission-review.ts";
import { heldUntil } from "../../kube/lease.ts";
import { leases } from "../../kube/resource.ts";
import { apiReads } from "../../operator/admission/api-reads.ts";
import { maintenanceHandler, nodeMaintenanceHandler } from "../../operator/admission/handler.ts";
import { until } from "../../operator/install/until.ts";
import { leaseNamespace, names, webhookNames } from "../../operator/manifests/names.ts";
import { type OperatorWishes, runOperator } from "../../operator/run-operator.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";
import type { AdmissionWebhook } from "../../simulator/server/admission.ts";

export interface EmbeddedOperatorNeeds {
  readonly cluster: EmbeddedCluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly version: string;
  /** Aborts the start; once it has started, disposing of it ends it. */
  readonly stop: AbortSignal;
  /** It has ended by an error of its own. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The operator as `drydock operator --leader-elect` runs it, in this process and on a simulated cluster: without sockets. Its webhooks are asked
 * by the cluster as functions. Resolves when it leads, and with that its kinds are served.
 */
export async function startEmbeddedOperator(o: EmbeddedOperatorNeeds): Promise<AsyncDisposable> {
  const { cluster, clock, random } = o;
  cluster.control.addNamespace(names.namespace);
  const api = cluster.api({ name: names.operator });
  const webhooks = webhooksOf(api).map((webhook) => cluster.control.addWebhook(webhook));
  const end = new AbortController();
  const wishes: OperatorWishes = {
    version: o.version,
    namespace: names.namespace,
    host: "demo",
    leaderElect: true,
    metricsAt: "off",
    healthAt: "off",
    webhooks: "off",
    leaseNamespace,
    medik8s: true,
    logFormat: "text",
    logLevel: "error",
    sink: () => {},
  };
  const surroundings = { api, clock, random: random.fork("operator"), host: wishes.host, stop: end.signal, observe: () => {} };
  // One that has lost its lease, on a machine that was asleep, is started again, as a Deployment would.
  const running = (async (): Promise<void> => {
    while ((await runOperator(surroundings, wishes)) !== "stopped");
  })();
  running.catch(o.onFailure);
  const leads = until(
    leases,
    { namespace: names.namespace, name: names.operator },
    (found) => found.some((lease) => (heldUntil(lease) ?? 0) > clock.now()),
    { ...o, api },
  );
  await Promise.race([leads, running]);
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await running.catch(() => {});
      for (const webhook of webhooks) webhook[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

/** What the installed configurations of webhooks say (operator/manifests/webhooks.ts). */
function webhooksOf(api: KubeApi): readonly AdmissionWebhook[] {
  const reads = apiReads(api);
  const common = { operations: ["CREATE", "UPDATE"], matches: isSpecNew, timeoutSeconds: 5 } as const;
  return [
    { ...common, name: webhookNames.maintenance, resource: maintenances, decide: maintenanceHandler(reads) },
    { ...common, name: webhookNames.nodeMaintenance, resource: nodeMaintenances, decide: nodeMaintenanceHandler(reads) },
  ];
}

function isSpecNew({ object, oldObject }: AdmissionRequest): boolean {
  return specOf(object) !== specOf(oldObject);
}

function specOf(object: object | null): string | undefined {
  return JSON.stringify((object as { readonly spec?: object } | null)?.spec);
}
