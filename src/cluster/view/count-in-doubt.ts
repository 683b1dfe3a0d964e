import { countsPods } from "../../kube/budget-arithmetic.ts";
import type { BudgetView, ClusterView, PodView } from "./cluster-view.ts";

/**
 * How many pods this pod's owner wants, where the budget counts the pods that there are and somebody has read it. A share of the scale is
 * counted from the scale already.
 */
export function knownScale(budget: BudgetView, { controller }: PodView, view: ClusterView): number | undefined {
  return controller !== undefined && countsPods(budget.object.spec) ? view.scale(controller.uid) : undefined;
}

/** May the budget's count be one too few for a moment? An integer minAvailable counts the pods there are, and a StatefulSet makes one anew. */
export function isCountInDoubt(budget: BudgetView, pod: PodView, view: ClusterView): boolean {
  return countsPods(budget.object.spec) && knownScale(budget, pod, view) === undefined;
}
