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
  // A count of none beside a pod that it covers is a count on its way; but where healthy pods were counted and none is expected, no pod
  // has an owner with a scale, and a share of nothing allows nothing (disruption controller: UnmanagedPods).
  const { expectedPods, currentHealthy } = budget.status;
  if (isObserved(budget.object) && expectedPods === 0 && currentHealthy === 0) return false;
  return canEverAllow(budget.object) === false;
}
