import type { AttachmentView, Knowledge, VolumesView, VolumeView } from "../../src/cluster/view/volume-view.ts";
import type { Arrival, Blind, BudgetView, ClusterView, LastSeen, NodeView, PodView } from "../../src/cluster/view/cluster-view.ts";
import type { PeerView } from "../../src/cluster/view/peer-view.ts";
import type { OtherNodes } from "../../src/cluster/view/other-nodes.ts";
import { nothingAround, type Surroundings } from "../../src/cluster/view/surroundings.ts";
import { statusOf } from "../../src/kube/budget-status.ts";
import type { BudgetSpec, BudgetStatus } from "../../src/kube/budget.ts";
import type { OwnerReference, StringMap } from "../../src/kube/object.ts";
import { formatTaint } from "../../src/kube/taint-spec.ts";
import { demandOf } from "../../src/kube/scheduling/demand.ts";
import type { Instant } from "../../src/runtime/clock.ts";

/** The moment at which hand-made views are taken unless they say otherwise: 2026-01-01T00:10:00Z. */
export const someTime: Instant = 1_767_226_200_000;

export function owner(kind: string, name: string): OwnerReference {
  return { apiVersion: "apps/v1", kind, name, uid: `uid-${kind}-${name}`, controller: true };
}

/** A Running, Ready pod of a ReplicaSet on node `n`, with no volume and 30 s of grace. */
export function podView(given: Partial<PodView> & { readonly name: string }): PodView {
  return {
    uid: `uid-${given.name}`,
    namespace: "web",
    resourceVersion: "100",
    node: "n",
    labels: { app: "web" },
    controller: owner("ReplicaSet", "web"),
    phase: "Running",
    ready: true,
    runsToCompletion: false,
    mirror: false,
    emptyDirs: [],
    hostPaths: [],
    claims: [],
    annotations: {},
    priority: 0,
    tolerations: [],
    schedulerName: "default-scheduler",
    demand: demandOf({ metadata: { name: given.name, namespace: "web", uid: "", resourceVersion: "", labels: { app: "web" } }, spec: {} }),
    finalizers: [],
    terminationGraceSeconds: 30,
    containersEnded: false,
    ...given,
  };
}

/** A pod that no controller owns. */
export function barePod(given: Partial<PodView> & { readonly name: string }): PodView {
  const { controller: _, ...rest } = podView(given);
  return rest;
}

/** A Ready node in scheduling. */
export function nodeView(given: Partial<NodeView> = {}): NodeView {
  return {
    uid: `uid-${given.name ?? "n"}`,
    name: "n",
    resourceVersion: "50",
    labels: {},
    annotations: {},
    addresses: [],
    unschedulable: false,
    taints: [],
    ready: true,
    ...given,
  };
}

export interface GivenBudget {
  readonly name: string;
  readonly namespace?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly spec?: BudgetSpec;
  readonly status?: Partial<BudgetStatus>;
  readonly ownedByVmi?: boolean;
}

/** A budget of the pods `app: web` that needs 2 of 3 healthy ones, has 3 and so allows 1. */
export function budgetView(given: GivenBudget): BudgetView {
  const { name, namespace = "web", resourceVersion = "200", generation = 1, ownedByVmi = false } = given;
  const spec = given.spec ?? { selector: { matchLabels: { app: "web" } }, minAvailable: 2 };
  const status = {
    observedGeneration: generation,
    disruptionsAllowed: 1,
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    ...given.status,
  };
  const metadata = { name, namespace, uid: `uid-${name}`, resourceVersion, generation };
  const object = { metadata, spec, status };
  return { uid: metadata.uid, namespace, name, resourceVersion, generation, object, status: statusOf(object), ownedByVmi };
}

export interface GivenVolumes {
  /** Absent: known. */
  readonly attachmentsKnown?: Knowledge;
  readonly volumesKnown?: Knowledge;
  readonly attachments?: readonly AttachmentView[];
  readonly volumes?: readonly VolumeView[];
}

export interface GivenView {
  /** Absent: known, and none is attached. */
  readonly volumes?: GivenVolumes;
  readonly asOf?: Instant;
  /** Server's clock against ours. */
  readonly offset?: number;
  readonly nodes?: readonly NodeView[];
  readonly pods?: readonly PodView[];
  readonly budgets?: readonly BudgetView[];
  /** By uid of their controller; of all others they are unknown. */
  readonly peers?: Readonly<Record<string, readonly PeerView[]>>;
  /** Uids of owners that are known not to exist; all others do. */
  readonly missingOwners?: readonly string[];
  readonly unknownOwners?: readonly string[];
  /** Labels of namespaces; of all others they are unknown. */
  readonly namespaces?: Readonly<Record<string, StringMap>>;
  /** By uid of the controller. */
  readonly scales?: Readonly<Record<string, number>>;
  /** Absent: another node for every role. */
  readonly others?: OtherNodes;
  readonly surroundings?: Partial<Surroundings>;
  readonly cordonedSince?: Readonly<Record<string, Instant>>;
  /** Since when each of its taints has been seen on a node: "runai=drain:NoExecute". */
  readonly taintedSince?: Readonly<Record<string, Readonly<Record<string, Instant>>>>;
  readonly arrivals?: readonly Arrival[];
  readonly gone?: readonly LastSeen[];
  readonly blind?: readonly Blind[];
  /** Nodes whose pods are not known as they are now. */
  readonly stale?: readonly string[];
  /** Nodes from which pods were being evicted before we watched. */
  readonly evictedBefore?: readonly string[];
}

/** A view made by hand: only what is given exists. */
export function clusterView(given: GivenView = {}): ClusterView {
  const { asOf = someTime, nodes = [nodeView()], pods = [], budgets = [], gone = [], arrivals = [] } = given;
  return {
    asOf,
    serverNow: asOf + (given.offset ?? 0),
    node: (name) => nodes.find((node) => node.name === name),
    fresh: (node) => !(given.stale ?? []).includes(node),
    podsOn: (node) => pods.filter((pod) => pod.node === node),
    pod: (uid) => pods.find((pod) => pod.uid === uid),
    budgets: (namespace) => budgets.filter((budget) => budget.namespace === namespace),
    peers: (uid) => given.peers?.[uid] ?? "unknown",
    namespaceLabels: (name) => given.namespaces?.[name] ?? "unknown",
    scale: (uid) => given.scales?.[uid],
    others: given.others ?? { withRole: () => ({ kind: "some" }), any: "unknown" },
    surroundings: { ...nothingAround, ...given.surroundings },
    owner: (uid) =>
      (given.missingOwners ?? []).includes(uid) ? "missing" : (given.unknownOwners ?? []).includes(uid) ? "unknown" : "exists",
    cordonAcknowledged: (node) => given.cordonedSince?.[node],
    taintAcknowledged: (node, taint) => given.taintedSince?.[node]?.[formatTaint(taint)],
    arrivals: (node) => arrivals.filter(({ pod }) => pod.node === node),
    gone: (uid) => gone.find(({ pod }) => pod.uid === uid),
    goneFrom: (node) => gone.filter(({ pod }) => pod.node === node),
    evictedBefore: (node) => (given.evictedBefore ?? []).includes(node),
    blind: given.blind ?? [],
    volumes: volumesView(given.volumes ?? {}),
  };
}

function volumesView({ attachmentsKnown = "known", volumesKnown = "known", attachments = [], volumes = [] }: GivenVolumes): VolumesView {
  return {
    attachmentsKnown,
    volumesKnown,
    attachments: (node) => attachments.filter((attachment) => attachment.node === node),
    volume: (name) => volumes.find((volume) => volume.name === name),
    volumeOf: ({ namespace, name }) => volumes.find(({ claim }) => claim?.namespace === namespace && claim.name === name),
  };
}

/** A volume of a network, bound to a claim of the namespace `web`. */
export function volumeView(name: string, claim: string, given: Partial<VolumeView> = {}): VolumeView {
  return { uid: `uid-${name}`, name, claim: { namespace: "web", name: claim }, kind: "other", ...given };
}

/** This volume on node `n`. */
export function attachmentView(volume: string, given: Partial<AttachmentView> = {}): AttachmentView {
  return { uid: `uid-att-${volume}`, name: `att-${volume}`, node: "n", volume, attached: true, ...given };
}
