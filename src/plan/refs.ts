import type { BudgetView, NodeView, PodView } from "../cluster/view/cluster-view.ts";
import type { Identified, ObjectRef } from "../kube/object.ts";

export function podRef(pod: PodView): ObjectRef & Identified & { readonly namespace: string } {
  return { kind: "Pod", namespace: pod.namespace, name: pod.name, uid: pod.uid };
}

export function nodeRef(node: NodeView): ObjectRef & Identified {
  return { kind: "Node", name: node.name, uid: node.uid };
}

export function budgetRef(budget: BudgetView): ObjectRef & Identified {
  return { kind: "PodDisruptionBudget", namespace: budget.namespace, name: budget.name, uid: budget.uid };
}
