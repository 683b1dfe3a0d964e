import type { BudgetView, ClusterView } from "../cluster/view/cluster-view.ts";
import { changedBudget } from "../kube/budget-change.ts";
import type { Proposal } from "./fix.ts";

/** What the cluster would look like with these changes of budgets made, all else as it is. */
export function changedView(view: ClusterView, proposals: readonly Proposal[]): ClusterView {
  const byUid = new Map<string, BudgetView>();
  const budgets = (namespace: string): readonly BudgetView[] =>
    view.budgets(namespace).map((budget) => {
      const known = byUid.get(budget.uid);
      if (known !== undefined) return known;
      const object = proposals
        .filter((proposal) => proposal.budget.metadata.uid === budget.uid)
        .reduce((before, { change }) => changedBudget(before, change), budget.object);
      const changed = { ...budget, object, status: { ...budget.status, ...object.status } };
      byUid.set(budget.uid, changed);
      return changed;
    });
  return { ...view, budgets };
}
