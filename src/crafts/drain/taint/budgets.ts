import type { BudgetView, ClusterView } from "../../../cluster/view/cluster-view.ts";
import { isPodFinished } from "../../../kube/pod.ts";
import { formatTaint } from "../../../kube/taint-spec.ts";
import type { Finding } from "../../../plan/finding.ts";
import { budgetRef, podRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import { taintOf } from "../../../plan/taint.ts";
import { compareText } from "../../../runtime/text-order.ts";
import { budgetsOf } from "../classify.ts";
import type { DrainCode } from "../codes.ts";
import type { Decided } from "../order.ts";
import { selectorSeen } from "../seen.ts";

/** A budget that the taint would break: how many of its pods go, and how many healthy ones that leaves. */
export interface Breach {
  readonly budget: BudgetView;
  readonly members: readonly Decided[];
  readonly healthyGoing: number;
}

/**
 * Budgets that the taint breaks if all that it deletes goes at once, on all nodes asked for: more healthy pods than may be away. Pods that
 * are not Ready do not count as healthy, so that their going breaks nothing.
 */
export function breachesOf(decided: readonly Decided[], view: ClusterView): readonly Breach[] {
  const members = new Map<string, { readonly budget: BudgetView; readonly members: Decided[] }>();
  for (const entry of decided) {
    const { pod, decision } = entry;
    if (decision.byTaint === undefined || isPodFinished(pod.phase) || pod.deletionTimestamp !== undefined) continue;
    for (const budget of budgetsOf(pod, view)) {
      const known = members.get(budget.uid) ?? { budget, members: [] };
      known.members.push(entry);
      members.set(budget.uid, known);
    }
  }
  return [...members.values()]
    .map(({ budget, members: all }): Breach => ({ budget, members: all, healthyGoing: all.filter(({ pod }) => pod.ready).length }))
    .filter(({ budget, healthyGoing }) => healthyGoing > 0 && budget.status.currentHealthy - healthyGoing < budget.status.desiredHealthy)
    .toSorted((a, b) => compareText(nameOf(a), nameOf(b)));
}

/** Each pod under a budget that would be broken needs the consent for it, and names the budget. */
export function withBreaches(decided: readonly Decided[], breaches: readonly Breach[]): readonly Decided[] {
  return decided.map((entry): Decided => {
    const own = breaches.filter(({ members }) => members.includes(entry));
    if (own.length === 0) return entry;
    const { pod, decision } = entry;
    const evidence = own.map(({ budget }) => selectorSeen(budget));
    const consents = [...new Set([...decision.consents, "budget-violation" as const])];
    return { pod, decision: { ...decision, consents, evidence: [...decision.evidence, ...evidence] } };
  });
}

/** One finding for each budget: how many of its pods go, and by how many healthy ones it falls short. */
export function breachFindings(breaches: readonly Breach[], request: PlanRequest): readonly Finding<DrainCode>[] {
  const taint = taintOf(request);
  if (taint === undefined) return [];
  return breaches.map(({ budget, members, healthyGoing }): Finding<DrainCode> => {
    const { currentHealthy, desiredHealthy } = budget.status;
    const left = currentHealthy - healthyGoing;
    return {
      code: "taint-breaks-budget",
      severity: "warning",
      objects: [budgetRef(budget), ...members.map(({ pod }) => podRef(pod))],
      args: {
        taint: formatTaint(taint),
        budget: budget.name,
        namespace: budget.namespace,
        pods: members.length,
        healthy: currentHealthy,
        left,
        needs: desiredHealthy,
        short: desiredHealthy - left,
        later: request.mode === "EvictThenTaint",
      },
      consent: "budget-violation",
    };
  });
}

function nameOf({ budget }: Breach): string {
  return `${budget.namespace}/${budget.name}`;
}
