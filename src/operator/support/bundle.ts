import { definitions } from "../../api/crd.ts";
import { maintenances } from "../../api/maintenance.ts";
import { nodeMaintenances } from "../../api/node-maintenance.ts";
import { isKubeError } from "../../client/errors.ts";
import type { Selection } from "../../client/kube-api.ts";
import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import type { KubeEvent } from "../../kube/event.ts";
import type { KubeObject } from "../../kube/object.ts";
import { budgets, deployments, events, leases, nodes, pods, qualifiedName, type Resource } from "../../kube/resource.ts";
import { formatTime } from "../../kube/time.ts";
import { checkCluster } from "../../maintenance/check-cluster.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { clusterCheckDocument } from "../../present/cluster-check.ts";
import { resourceFor } from "../install/resources.ts";
import { podLabels } from "../manifests/manifest.ts";
import { clusterEventNamespace, leaseNamespace, names, predecessorLease } from "../manifests/names.ts";
import { type NotRead, Reader } from "../read-all.ts";
import { readLogs } from "./logs.ts";
import { masked } from "./masked.ts";
import * as projected from "./project.ts";
import { readMe } from "./read-me.ts";
import type { TarFile } from "./tar.ts";

export interface BundleOptions {
  readonly version: string;
  /** Of the operator. */
  readonly namespace: string;
  /** Of this process, as `runtime` names it: "node v26.1.0 linux x64". */
  readonly runtime: string;
}

export interface Bundle {
  readonly files: readonly TarFile[];
  /** What is missing, and why: nothing else is kept out by it. */
  readonly notRead: readonly NotRead[];
  /** How many of the files are logs. */
  readonly logs: number;
}

/**
 * What a bug report needs of a cluster: our objects, the nodes that we hold, the operator, its rights and its logs. Secrets are not asked for;
 * of every object only fields that are named one by one are kept, and what looks like a credential in a text is masked. Changes nothing.
 *
 * @throws KubeError where no server answers
 */
export async function collectBundle(s: Surroundings, o: BundleOptions): Promise<Bundle> {
  const reader = new Reader(s);
  const files: TarFile[] = [];
  const add = (name: string, content: unknown): void => {
    files.push({ name, text: `${JSON.stringify(content, masked, 2)}\n` });
  };
  const keep = async <T extends KubeObject>(
    name: string,
    resource: Resource<T>,
    project: (object: T) => object | undefined,
    ...selections: readonly Selection[]
  ): Promise<void> => {
    const found = await Promise.all((selections.length === 0 ? [{}] : selections).map((each) => readAny(reader, resource, each, project)));
    add(
      name,
      found.flat().filter((each) => each !== undefined),
    );
  };
  const { namespace } = o;
  const own: Selection = { namespace, fieldSelector: `metadata.name=${names.operator}` };
  const ownPods = {
    namespace,
    labelSelector: Object.entries(podLabels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  };
  const kind = (of: string): Resource => resourceFor({ kind: of });
  add("version.json", { drydock: o.version, runtime: o.runtime, server: await serverVersion(s), at: formatTime(s.clock.now()), namespace });
  await check(s, reader, add);
  await keep("maintenances.json", maintenances, projected.ownObject);
  await keep("nodemaintenances.json", nodeMaintenances, projected.ownObject);
  await keep("nodes.json", nodes, projected.heldNode);
  await keep(
    "leases.json",
    leases,
    projected.lease,
    own,
    { namespace: leaseNamespace },
    { fieldSelector: `metadata.name=${predecessorLease}` },
  );
  await keep("events.json", events, ourEvent(namespace), { namespace: clusterEventNamespace }, { namespace });
  await keep("operator/deployment.json", deployments, projected.deployment, own);
  const running = await readAny(reader, pods, ownPods, (pod) => pod);
  add("operator/pods.json", running.map(projected.operatorPod));
  await keep("operator/budgets.json", budgets, (budget) => ({ name: budget.metadata.name, spec: budget.spec, status: budget.status }), own);
  await keep("operator/clusterroles.json", kind("ClusterRole"), projected.role, { fieldSelector: `metadata.name=${names.operator}` });
  await keep("operator/roles.json", kind("Role"), projected.role, own);
  const hooks = [names.maintenanceWebhook, names.nodeMaintenanceWebhook].map((name) => ({ fieldSelector: `metadata.name=${name}` }));
  await keep("webhooks.json", kind("ValidatingWebhookConfiguration"), projected.webhook, ...hooks);
  const kinds = definitions.map(({ metadata }) => ({ fieldSelector: `metadata.name=${metadata.name}` }));
  await keep("definitions.json", customResourceDefinitions, projected.definition, ...kinds);
  const logs = await readLogs(s, running);
  files.push(...logs.files);
  const notRead = [...reader.notRead, ...logs.notRead];
  const page = readMe({ files, notRead, logs: logs.files.length }, o);
  return { files: [{ name: "README.txt", text: page }, ...files], notRead, logs: logs.files.length };
}

/** A server that cannot be reached, or knows nobody, ends it all; whatever else goes wrong with one kind is said, and the rest is read. */
async function readAny<T extends KubeObject, P>(
  reader: Reader,
  resource: Resource<T>,
  selection: Selection,
  project: (object: T) => P,
): Promise<readonly P[]> {
  try {
    return await reader.all(resource, selection, project);
  } catch (error) {
    if (!isKubeError(error, "server-error", "too-many-requests", "lost", "expired")) throw error;
    reader.notRead.push({ resource: qualifiedName(resource), why: error.message });
    return [];
  }
}

async function check(s: Surroundings, { notRead }: Reader, add: (name: string, content: unknown) => void): Promise<void> {
  try {
    add("permissions-of-caller.json", clusterCheckDocument(await checkCluster(s)));
  } catch (error) {
    if (!isKubeError(error, "forbidden", "not-found", "unsupported")) throw error;
    notRead.push({ resource: "selfsubjectaccessreviews.authorization.k8s.io", why: error.message });
  }
}

async function serverVersion({ api, stop }: Surroundings): Promise<string> {
  return (await api.version({ signal: stop })).gitVersion;
}

/** Those of our kinds, of nodes by our hand, and of the operator's own pods. Others' are theirs. */
function ourEvent(namespace: string): (event: KubeEvent) => object | undefined {
  const kinds = new Set<string | undefined>([maintenances.kind, nodeMaintenances.kind]);
  const from = new Set<string | undefined>(["drydock", nodeMaintenances.kind]);
  return (event) => {
    const { involvedObject, reportingComponent, source } = event;
    const isOfOperator = event.metadata.namespace === namespace && (involvedObject.name ?? "").startsWith(names.operator);
    const isOurs = isOfOperator || kinds.has(involvedObject.kind) || from.has(reportingComponent) || from.has(source?.component);
    return isOurs ? projected.event(event) : undefined;
  };
}
