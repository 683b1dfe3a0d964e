import type { ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import { matchesLabelSelector } from "../../../kube/selector.ts";
import type { NamespaceChoice, PlanRequest, Rule } from "../../../plan/request.ts";

export interface ChosenRule {
  readonly rule: Rule;
  /** From 1, as a person counts those of the file. */
  readonly number: number;
}

/** The first rule that matches the pod. */
export function ruleFor(pod: PodView, view: ClusterView, { rules = [] }: PlanRequest): ChosenRule | undefined {
  const index = rules.findIndex(({ pods, namespaces }) => {
    const isPod = pods === undefined || matchesLabelSelector(pods, pod.labels);
    return isPod && (namespaces === undefined || isIn(pod.namespace, namespaces, view));
  });
  const rule = rules[index];
  return rule === undefined ? undefined : { rule, number: index + 1 };
}

/** A namespace whose labels are not known is in no selection. */
function isIn(namespace: string, choice: NamespaceChoice, view: ClusterView): boolean {
  if ("names" in choice) return choice.names.includes(namespace);
  const labels = view.namespaceLabels(namespace);
  return labels !== "unknown" && matchesLabelSelector(choice.selector, labels);
}
