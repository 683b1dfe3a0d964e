import type { BudgetView, ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import { knownScale } from "../../cluster/view/count-in-doubt.ts";
import { canEverAllow } from "../../kube/budget-arithmetic.ts";
import { isObserved } from "../../kube/budget-status.ts";
import { budgetRef } from "../../plan/refs.ts";
import type { Evidence } from "../../plan/step.ts";

/**
 * Can this budget never allow the pod to go at its present scale? A pod that is not Ready goes past such a budget if the policy is
 * AlwaysAllow, or if enough others are healthy; a virtual machine's own budget (KubeVirt ≤ 1.5) is answered by a migration and is never
 * judged here.
 */
export function neverAllows(budget: BudgetView, pod: PodView, view: ClusterView): boolean {
  if (budget.ownedByVmi) return false;
  if (!pod.ready && (policyOf(budget) === "AlwaysAllow" || isHealthyEnough(budget))) return false;
  // A count of none beside a pod that it covers is a count on its way; but where healthy pods were counted and none is expected, no pod
  // has an owner with a scale, and a share of nothing allows nothing (disruption controller: UnmanagedPods).
  const { expectedPods, currentHealthy } = budget.status;
  if (isObserved(budget.object) && expectedPods === 0 && currentHealthy === 0) return false;
  return canEverAllow(budget.object, Math.max(expectedPods, knownScale(budget, pod, view) ?? 0)) === false;
}

export type UnhealthyPolicy = "IfHealthyBudget" | "AlwaysAllow";

/** What the server does with pods under the budget that are not Ready (KEP-3017; IfHealthyBudget where it says nothing). */
export function policyOf({ object }: BudgetView): UnhealthyPolicy {
  return object.spec.unhealthyPodEvictionPolicy ?? "IfHealthyBudget";
}

/** Under IfHealthyBudget a pod that is not Ready goes for nothing while as many others are healthy as must be. */
export function isHealthyEnough({ status }: BudgetView): boolean {
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

/** Does the policy alone decide about this pod? Else it is Ready, or goes either way. */
export function decidesByPolicy(budget: BudgetView, pod: PodView): boolean {
  return !pod.ready && pod.phase === "Running" && pod.deletionTimestamp === undefined && !isHealthyEnough(budget);
}

export function policyEvidence(budget: BudgetView, pod: PodView): readonly Evidence[] {
  if (!decidesByPolicy(budget, pod)) return [];
  return [{ object: budgetRef(budget), field: "spec.unhealthyPodEvictionPolicy", value: policyOf(budget) }];
}
