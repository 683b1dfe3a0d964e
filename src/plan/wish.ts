import { type Taint, unschedulableTaint } from "../kube/node.ts";
import type { StringMap } from "../kube/object.ts";

/** What a holder wants of a node while it holds it. What stands there already with the same value is somebody else's, and stays so. */
export interface Wish {
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  /**
   * Keys of the labels and annotations that take the place of another value. The former value is kept in the record and put back. Every other
   * key keeps the value that it has, and the wish is not met.
   */
  readonly replaces: readonly string[];
  /** By which the holder empties the node, at a time that the executor finds: wanted from when it is there, and never set by the hold. */
  readonly evictionTaint?: Taint;
}

/** What a command wants: the node out of scheduling, and nothing else of it. */
export const cordonOnly: Wish = { unschedulable: true, taints: [], labels: {}, annotations: {}, replaces: [] };

/** Nodes with it are left alone by the remediation of medik8s (github.com/medik8s/common, pkg/labels). */
export const excludeFromRemediation = "remediation.medik8s.io/exclude-from-remediation";

/** Autoscalers that see it do not take the empty node away: cluster-autoscaler's FAQ, karpenter's disruption controls. */
export const autoscalerAnnotations: readonly string[] = [
  "cluster-autoscaler.kubernetes.io/scale-down-disabled",
  "karpenter.sh/do-not-disrupt",
];

/** By which the Node Maintenance Operator's nodes are known. */
export const drainTaint: Taint = { key: "medik8s.io/drain", effect: "NoSchedule" };

/** The taints of that operator, in its order. The first mirrors the cordon, ahead of the node lifecycle controller. */
const medik8sTaints: readonly Taint[] = [{ key: unschedulableTaint, effect: "NoSchedule" }, drainTaint];

/** What a Maintenance or a NodeMaintenance wants of its node, the cordon always among it. */
export function objectWish(o: {
  /** Keep autoscalers from deleting the node while it is empty. */
  readonly keepFromAutoscalers: boolean;
  readonly medik8sTaints: boolean;
  readonly excludeFromRemediation: boolean;
  /** Of modes Taint and EvictThenTaint. */
  readonly evictionTaint?: Taint | undefined;
}): Wish {
  const annotations = o.keepFromAutoscalers ? autoscalerAnnotations : [];
  const labels = o.excludeFromRemediation ? [excludeFromRemediation] : [];
  return {
    unschedulable: true,
    taints: o.medik8sTaints ? medik8sTaints : [],
    labels: Object.fromEntries(labels.map((key) => [key, "true"])),
    annotations: Object.fromEntries(annotations.map((key) => [key, "true"])),
    // "false" and the like mean the contrary of what is wanted while the node is held.
    replaces: [...labels, ...annotations],
    ...(o.evictionTaint === undefined ? {} : { evictionTaint: o.evictionTaint }),
  };
}
