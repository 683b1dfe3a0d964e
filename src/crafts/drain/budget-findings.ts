import type { BudgetView, PodView } from "../../cluster/view/cluster-view.ts";
import { isObserved, syncFailure } from "../../kube/budget-status.ts";
import type { Finding } from "../../plan/finding.ts";
import { budgetRef, podRef } from "../../plan/refs.ts";
import type { DrainCode } from "./codes.ts";
import type { Decided } from "./order.ts";

/** Budgets that do not work, once each, with the pods of the plan that will wait for them: named beforehand, not when nothing goes on. */
export function budgetFindings(decided: readonly Decided[]): readonly Finding<DrainCode>[] {
  const waiting = new Map<string, { readonly budget: BudgetView; readonly pods: PodView[] }>();
  for (const { pod, decision } of decided) {
    if (decision.action === "stay" || pod.phase === "Pending") continue;
    for (const budget of decision.budgets) {
      const known = waiting.get(budget.uid) ?? { budget, pods: [] };
      known.pods.push(pod);
      waiting.set(budget.uid, known);
    }
  }
  return [...waiting.values()].flatMap(({ budget, pods }): Finding<DrainCode>[] => {
    const objects = [budgetRef(budget), ...pods.map(podRef)];
    const args = { budget: budget.name, namespace: budget.namespace };
    const failure = syncFailure(budget.status);
    // A count that failed from the first leaves the spec unobserved too: one cause, one finding.
    if (failure !== undefined) return [{ code: "budget-sync-failed", severity: "warning", objects, args: { ...args, message: failure } }];
    return isObserved(budget.object) ? [] : [{ code: "budget-unobserved", severity: "warning", objects, args }];
  });
}
