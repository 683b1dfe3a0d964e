import type { Budget, BudgetSpec, LabelSelector } from "./budget.ts";
import { desiredHealthy } from "./budget-arithmetic.ts";
import { statusOf } from "./budget-status.ts";

/** A JSON merge patch of a budget's spec: null takes a field away. */
export interface SpecChange {
  readonly minAvailable?: number | string | null;
  readonly maxUnavailable?: number | string | null;
  readonly unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow" | null;
  /** Of the selector only its expressions; a merge patch replaces lists as a whole. */
  readonly selector?: Pick<LabelSelector, "matchExpressions">;
}

/** The budget as the disruption controller would leave it after the change, at its present pods. Those that a narrower selector leaves out still count. */
export function changedBudget(budget: Budget, change: SpecChange): Budget {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy, selector, ...rest } = budget.spec;
  const kept = { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy, ...change };
  const spec: BudgetSpec = {
    ...rest,
    ...(selector === undefined ? {} : { selector: selector === null ? null : { ...selector, ...change.selector } }),
    ...(kept.minAvailable === undefined || kept.minAvailable === null ? {} : { minAvailable: kept.minAvailable }),
    ...(kept.maxUnavailable === undefined || kept.maxUnavailable === null ? {} : { maxUnavailable: kept.maxUnavailable }),
    ...(kept.unhealthyPodEvictionPolicy === undefined || kept.unhealthyPodEvictionPolicy === null
      ? {}
      : { unhealthyPodEvictionPolicy: kept.unhealthyPodEvictionPolicy }),
  };
  const status = statusOf(budget);
  const desired = desiredHealthy({ ...budget, spec }, status.expectedPods);
  if (!desired.ok) return { ...budget, spec };
  const disruptionsAllowed = status.expectedPods > 0 ? Math.max(0, status.currentHealthy - desired.value) : 0;
  return { ...budget, spec, status: { ...status, desiredHealthy: desired.value, disruptionsAllowed } };
}

/** What takes the change back: the fields that it touches as they were. */
export function undoOf({ spec }: Budget, change: SpecChange): SpecChange {
  const was = (name: "minAvailable" | "maxUnavailable" | "unhealthyPodEvictionPolicy"): SpecChange =>
    change[name] === undefined ? {} : { [name]: spec[name] ?? null };
  return {
    ...was("minAvailable"),
    ...was("maxUnavailable"),
    ...was("unhealthyPodEvictionPolicy"),
    ...(change.selector === undefined ? {} : { selector: { matchExpressions: spec.selector?.matchExpressions ?? [] } }),
  };
}
