import type { Taint } from "../../kube/node.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { NodeView } from "./cluster-view.ts";
import { type HeldRecord, isBeingEmptied, isCordonOurs, isInForce } from "./held-record.ts";

/** Taints by which people and tools take nodes out, beside the one that only mirrors a cordon. A value where the key alone says too little. */
const knownTaints: readonly { readonly key: string; readonly value?: string }[] = [
  // Run:ai's documented way to empty a node.
  { key: "runai", value: "drain" },
  // The Node Maintenance Operator's.
  { key: "medik8s.io/drain" },
  { key: "ToBeDeletedByClusterAutoscaler" },
  { key: "karpenter.sh/disrupted" },
  { key: "karpenter.sh/disruption" },
  { key: "node.kubernetes.io/out-of-service" },
  { key: "node.cloudprovider.kubernetes.io/shutdown" },
];

/** Why a node is not simply in service: who holds it, by what. */
export interface NodeHold {
  readonly cordoned: boolean;
  /** Drydock's record, where it is in force. */
  readonly record: HeldRecord | undefined;
  /** "void": a record of which nothing is left, or of another machine. "unreadable": the annotation is no such record. */
  readonly leftover: "void" | "unreadable" | undefined;
  /** A cordon that is not ours: who set it last, where managedFields tell. */
  readonly foreignCordon: { readonly manager?: string; readonly at?: string } | undefined;
  /** Taints on it by which something takes nodes out, and those that the record names. */
  readonly taints: readonly Taint[];
  /** Somebody began to empty it with Drydock, and its end is not proven. */
  readonly evicting: boolean;
  /** The earliest of what is known: a holder's beginning, the cordon's, the taint's. */
  readonly since: Instant | undefined;
}

/** undefined: the node is in service as far as anybody can see. */
export function holdOf(node: NodeView): NodeHold | undefined {
  const { held } = node;
  const record = held !== undefined && held !== "unreadable" && isInForce(held, node) ? held : undefined;
  const taints = node.taints.filter((taint) => isKnown(taint) || record?.added.includes(formatTaint(taint)) === true);
  if (!node.unschedulable && held === undefined && taints.length === 0) return undefined;
  const isForeign = node.unschedulable && !isCordonOurs(held, node);
  const times = [
    ...(record?.holders ?? []).map(({ since }) => since),
    ...(isForeign && node.cordonedBy?.at !== undefined ? [node.cordonedBy.at] : []),
    ...taints.map(({ timeAdded }) => timeAdded),
  ].flatMap((time) => parseTime(time) ?? []);
  return {
    cordoned: node.unschedulable,
    record,
    leftover: held === "unreadable" ? "unreadable" : held !== undefined && record === undefined ? "void" : undefined,
    foreignCordon: isForeign ? { ...node.cordonedBy } : undefined,
    taints,
    evicting: isBeingEmptied(held, node) || taints.some(({ effect }) => effect === "NoExecute"),
    since: times.length === 0 ? undefined : Math.min(...times),
  };
}

function isKnown(taint: Taint): boolean {
  return knownTaints.some(({ key, value }) => key === taint.key && (value === undefined || value === taint.value));
}
