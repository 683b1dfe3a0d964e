import type { AdmissionRequest } from "../../kube/admission-review.ts";
import type { AdmissionFacts, EtcdBudget, EtcdPod, HolderFact, Known, NodeFact, QuorumFacts } from "./facts.ts";
import { isControlPlaneByRole } from "./control-plane-role.ts";

/** What is read of a cluster for a decision, each by itself: from the API (`api-reads.ts`), or from caches. A rejection is a read that failed. */
export interface AdmissionReads {
  node(name: string, signal: AbortSignal): Promise<NodeFact | undefined>;
  maintenances(signal: AbortSignal): Promise<readonly HolderFact[]>;
  nodeMaintenances(signal: AbortSignal): Promise<readonly HolderFact[]>;
  isOpenShift(signal: AbortSignal): Promise<boolean>;
  /** Budgets in openshift-etcd, with the pods of `nodeName` that each selects. */
  etcdBudgets(nodeName: string, signal: AbortSignal): Promise<readonly EtcdBudget[]>;
  /** Etcd's mirror pods in kube-system. */
  etcdPods(signal: AbortSignal): Promise<readonly EtcdPod[]>;
  /** Nodes with a role or label of the control plane, and those of `names` that exist. */
  controlPlane(names: readonly string[], signal: AbortSignal): Promise<readonly NodeFact[]>;
}

const nothing = { unknown: "not read" } as const;

/** A changed object is judged by itself. */
const unread: AdmissionFacts = {
  node: nothing,
  maintenances: nothing,
  nodeMaintenances: nothing,
  quorum: { kind: "unknown", why: "not read" },
};

/** Reads what a decision about this request needs, all at once; never rejects but by the signal. */
export async function gatherFacts(request: AdmissionRequest, reads: AdmissionReads, signal: AbortSignal): Promise<AdmissionFacts> {
  const nodeName = nodeNameOf(request);
  if (request.operation !== "CREATE" || nodeName === undefined) return unread;
  const tried = <T>(read: Promise<T>): Promise<Known<T>> => known(read, signal);
  const node = tried(reads.node(nodeName, signal));
  const [read, maintenances, nodeMaintenances, quorum] = await Promise.all([
    node,
    tried(reads.maintenances(signal)),
    tried(reads.nodeMaintenances(signal)),
    gatherQuorum(nodeName, node, reads, signal),
  ]);
  return { node: read, maintenances, nodeMaintenances, quorum };
}

function nodeNameOf({ object }: AdmissionRequest): string | undefined {
  const spec: unknown = object !== null && "spec" in object ? object.spec : undefined;
  const name: unknown = typeof spec === "object" && spec !== null && "nodeName" in spec ? spec.nodeName : undefined;
  return typeof name === "string" ? name : undefined;
}

async function gatherQuorum(
  nodeName: string,
  node: Promise<Known<NodeFact | undefined>>,
  reads: AdmissionReads,
  signal: AbortSignal,
): Promise<QuorumFacts> {
  const openShift = await known(reads.isOpenShift(signal), signal);
  if ("unknown" in openShift) return { kind: "unknown", why: openShift.unknown };
  if (openShift.known) {
    // As the original: only for its own roles, so that a worker's creation asks nothing about etcd.
    const target = await node;
    const asks = "known" in target && target.known !== undefined && isControlPlaneByRole(target.known.labels);
    return { kind: "openshift", budgets: asks ? await known(reads.etcdBudgets(nodeName, signal), signal) : { known: [] } };
  }
  const etcdPods = await known(reads.etcdPods(signal), signal);
  const names = "known" in etcdPods ? [...new Set(etcdPods.known.map((pod) => pod.nodeName))] : [];
  return { kind: "evidence", nodes: await known(reads.controlPlane(names, signal), signal), etcdPods };
}

/** What a read brought, or its error's words: a decision says them. */
async function known<T>(read: Promise<T>, signal: AbortSignal): Promise<Known<T>> {
  try {
    return { known: await read };
  } catch (error) {
    if (signal.aborted) throw error;
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
