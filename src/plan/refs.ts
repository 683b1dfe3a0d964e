import type { BudgetView, NodeView, PodView } from "../cluster/view/cluster-view.ts";
import type { Identified, ObjectRef } from "../kube/object.ts";
import type { Step } from "./step.ts";

export type PodRef = Identified & { readonly namespace: string };

export function podRef(pod: PodView): ObjectRef & PodRef {
  return { kind: "Pod", namespace: pod.namespace, name: pod.name, uid: pod.uid };
}

export function nodeRef(node: NodeView): ObjectRef & Identified {
  return { kind: "Node", name: node.name, uid: node.uid };
}

export function budgetRef(budget: BudgetView): ObjectRef & Identified {
  return { kind: "PodDisruptionBudget", namespace: budget.namespace, name: budget.name, uid: budget.uid };
}

/** The pod that a step is about. */
export function podOfStep({ subject }: Pick<Step, "subject">): PodRef {
  return { namespace: subject.namespace ?? "", name: subject.name, uid: subject.uid };
}
