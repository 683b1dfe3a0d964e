import type { BudgetView, PodView } from "../../cluster/view/cluster-view.ts";
import { canEverAllow } from "../../kube/budget-arithmetic.ts";
import { isObserved } from "../../kube/budget-status.ts";

/**
 * Can this budget never allow the pod to go at its present scale? A pod that is not Ready goes past such a budget if the policy is
 * AlwaysAllow; a virtual machine's own budget (KubeVirt ≤ 1.5) is answered by a migration and is never judged here.
 */
export function neverAllows(budget: BudgetView, pod: PodView): boolean {
  if (budget.ownedByVmi) return false;
  if (!pod.ready && budget.object.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return false;
  // A count of none beside a pod that it covers is a count on its way.
  if (isObserved(budget.object) && budget.status.expectedPods === 0) return false;
  return canEverAllow(budget.object) === false;
}
