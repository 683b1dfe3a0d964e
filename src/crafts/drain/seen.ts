import type { BudgetView, NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { mirrorAnnotation } from "../../kube/pod.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import { formatTime } from "../../kube/time.ts";
import { budgetRef, nodeRef, podRef } from "../../plan/refs.ts";
import type { Evidence } from "../../plan/step.ts";
import { oncePer } from "../../runtime/once-per.ts";

/** Evidence with the value that was read, never with a word for it: what a reader sees with kubectl is what stands here. */

export const deletionSeen = oncePer((pod: PodView): Evidence => {
  const value = pod.deletionTimestamp === undefined ? "" : formatTime(pod.deletionTimestamp);
  return { object: podRef(pod), field: "metadata.deletionTimestamp", value };
});

/** The kubelet writes a hash of the file there. */
export function mirrorSeen(pod: PodView): Evidence {
  return { object: podRef(pod), field: `metadata.annotations["${mirrorAnnotation}"]`, value: pod.annotations[mirrorAnnotation] ?? "" };
}

export function selectorSeen(budget: BudgetView): Evidence {
  return { object: budgetRef(budget), field: "spec.selector", value: JSON.stringify(budget.object.spec.selector ?? null) };
}

export function unschedulableSeen(node: NodeView): Evidence {
  return { object: nodeRef(node), field: "spec.unschedulable", value: String(node.unschedulable) };
}

export function taintsSeen(node: NodeView): Evidence {
  return { object: nodeRef(node), field: "spec.taints", value: node.taints.map(formatTaint).join(", ") || "[]" };
}
