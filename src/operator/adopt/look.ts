import { medik8sGroup, type NodeMaintenance, nodeMaintenances } from "../../api/node-maintenance.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { taintEntry } from "../../cluster/view/held-entry.ts";
import { projectNode } from "../../cluster/view/project.ts";
import { customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import { heldUntil, type Lease } from "../../kube/lease.ts";
import type { KubeObject, StringMap } from "../../kube/object.ts";
import { deployments, leases, nodes, type Resource } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { drainTaint } from "../../plan/wish.ts";
import type { Instant } from "../../runtime/clock.ts";
import { compareText } from "../../runtime/text-order.ts";
import { leaseNamespace, names, predecessorLease, webhookPaths } from "../manifests/names.ts";
import { resourceFor } from "../install/resources.ts";
import { Reader } from "../read-all.ts";
import { becomingOf } from "./becoming.ts";
import type { AdoptedObject, AdoptionReport, LeaderRecord, OlmOwner, Workload } from "./report.ts";

/** As its bundle and its kustomization name it (config/manager, with the prefix of config/default). */
const predecessorDeployment = "node-maintenance-operator-controller-manager";
/** Its package in the catalogs of OperatorHub. */
export const predecessorPackage = "node-maintenance-operator";
/** As medik8s' self node remediation and node healthcheck read it. */
const excludeLabel = "remediation.medik8s.io/exclude-from-remediation";

interface Subscription extends KubeObject {
  readonly spec?: { readonly name?: string };
  readonly status?: { readonly installedCSV?: string };
}

const subscriptions: Resource<Subscription> = {
  group: "operators.coreos.com",
  version: "v1alpha1",
  plural: "subscriptions",
  kind: "Subscription",
  namespaced: true,
};

interface Deployment extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly { readonly clientConfig?: { readonly service?: { readonly path?: string } } }[];
}

/** Sees what there is of the Node Maintenance Operator; changes nothing. */
export async function lookForPredecessor(s: Surroundings): Promise<AdoptionReport> {
  const { api, clock } = s;
  const reader = new Reader(s);
  const named = (name: string) => ({ fieldSelector: `metadata.name=${name}` });
  const [leaders, workloads, subscribed, [definition], hooks, ours, objects, allNodes, nodeLeases] = await Promise.all([
    reader.all(leases, named(predecessorLease)),
    reader.all(deployments, named(predecessorDeployment)),
    reader.all(subscriptions),
    reader.all(customResourceDefinitions, named(`nodemaintenances.${medik8sGroup}`)),
    reader.all(resourceFor({ kind: "ValidatingWebhookConfiguration" }) as Resource<WebhookConfiguration>),
    reader.all(deployments, named(names.operator)),
    reader.all(nodeMaintenances),
    reader.all(nodes, {}, projectNode),
    reader.all(leases, { namespace: leaseNamespace }),
  ]);
  const now = clock.now() + (api.serverTime()?.offset ?? 0);
  return {
    server: api.server,
    leaders: leaders.flatMap((lease) => leaderOf(lease, now)),
    deployments: workloads.map(workloadOf),
    subscriptions: subscribed.filter(({ spec }) => spec?.name === predecessorPackage).map(subscriptionOf),
    definition: definition === undefined ? "absent" : isMadeByOlm(definition.metadata.labels ?? {}) ? "of-olm" : "plain",
    webhooks: hooks.filter(isOfPredecessor).map(({ metadata }) => ({ name: metadata.name, isOfOlm: isMadeByOlm(metadata.labels ?? {}) })),
    drydock: ours.map(workloadOf),
    objects: objects
      .map((object) => adoptedOf(object, allNodes, nodeLeases, now))
      .toSorted((a, b) => compareText(a.node, b.node) || compareText(a.name, b.name)),
    notRead: reader.notRead,
  };
}

function leaderOf(lease: Lease, now: Instant): readonly LeaderRecord[] {
  const until = heldUntil(lease);
  if (until === undefined) return [];
  return [{ namespace: lease.metadata.namespace ?? "", holder: lease.spec?.holderIdentity ?? "", until, isFresh: until > now }];
}

function workloadOf({ metadata, spec, status }: Deployment): Workload {
  const olm = ownerOf(metadata.labels ?? {}, metadata.namespace ?? "");
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    replicas: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    ...(olm === undefined ? {} : { olm }),
  };
}

function subscriptionOf({ metadata, status }: Subscription): AdoptionReport["subscriptions"][number] {
  const version = status?.installedCSV;
  return { namespace: metadata.namespace ?? "", name: metadata.name, ...(version === undefined ? {} : { version }) };
}

/** OLM's labels of what it makes for a ClusterServiceVersion (operator-lifecycle-manager, pkg/lib/ownerutil). */
function ownerOf(labels: StringMap, namespace: string): OlmOwner | undefined {
  const version = labels["olm.owner"];
  return version === undefined ? undefined : { version, namespace: labels["olm.owner.namespace"] ?? namespace };
}

/** Of cluster-wide objects: by its owner, or by the operators that share a kind ("operators.coreos.com/PACKAGE.NAMESPACE"). */
function isMadeByOlm(labels: StringMap): boolean {
  return Object.keys(labels).some((key) => key === "olm.owner" || key === "olm.managed" || key.startsWith("operators.coreos.com/"));
}

/** OLM gives the configuration a name of its own; the path stays. Ours answers on the same one. */
function isOfPredecessor({ metadata, webhooks = [] }: WebhookConfiguration): boolean {
  if (metadata.name === names.nodeMaintenanceWebhook) return false;
  return webhooks.some(({ clientConfig }) => clientConfig?.service?.path === webhookPaths.nodeMaintenance);
}

function adoptedOf(object: NodeMaintenance, all: readonly NodeView[], nodeLeases: readonly Lease[], now: Instant): AdoptedObject {
  const node = object.spec?.nodeName ?? "";
  const view = all.find(({ name }) => name === node);
  const lease = nodeLeases.find(({ metadata }) => metadata.name === `node-${node.toLowerCase()}`);
  const isHeld = lease !== undefined && (heldUntil(lease) ?? 0) > now;
  const seen = {
    name: object.metadata.name,
    node,
    phase: object.status?.phase ?? "",
    isThere: view !== undefined,
    isCordoned: view?.unschedulable ?? false,
    hasTaint: view?.taints.some((taint) => taintEntry(taint) === taintEntry(drainTaint)) ?? false,
    hasLabel: view?.labels[excludeLabel] === "true",
    leaseHolder: isHeld ? (lease.spec?.holderIdentity ?? "") : "",
  };
  return { ...seen, becoming: becomingOf(seen, object, view) };
}
