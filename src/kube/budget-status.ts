import type { Instant } from "../runtime/clock.ts";
import type { Budget, BudgetCondition, BudgetStatus } from "./budget.ts";
import { formatTime } from "./time.ts";

/** The one condition of a budget: whether it allows a disruption now, and why not. */
const disruptionAllowedType = "DisruptionAllowed";
export const syncFailedReason = "SyncFailed";
export const sufficientPodsReason = "SufficientPods";
export const insufficientPodsReason = "InsufficientPods";

const unseen: BudgetStatus = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

/** The status as the API server reads it: what is absent is zero. */
export function statusOf(budget: Budget): BudgetStatus {
  return budget.status === undefined ? unseen : { ...unseen, ...budget.status };
}

/** Whether the disruption controller has worked with the present spec. Until then no number of the status means anything. */
export function isObserved(budget: Budget): boolean {
  return (budget.status?.observedGeneration ?? 0) >= (budget.metadata.generation ?? 0);
}

export function disruptionAllowed(status: BudgetStatus | undefined): BudgetCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === disruptionAllowedType);
}

/**
 * The message of a failed count, undefined where the last count succeeded. The controller fails safe: it sets `disruptionsAllowed` to 0
 * and leaves all other numbers as they were, so they are not to be trusted.
 */
export function syncFailure(status: BudgetStatus | undefined): string | undefined {
  const condition = disruptionAllowed(status);
  return condition?.status === "False" && condition.reason === syncFailedReason ? (condition.message ?? "") : undefined;
}

/** The status with its condition in step with `disruptionsAllowed`. */
export function withCondition(status: BudgetStatus, now: Instant): BudgetStatus {
  const allowed = status.disruptionsAllowed > 0;
  return setCondition(status, allowed ? "True" : "False", allowed ? sufficientPodsReason : insufficientPodsReason, "", now);
}

/** Sets the condition in its place; the time of transition moves only when `True` and `False` change places. */
export function setCondition(status: BudgetStatus, value: "True" | "False", reason: string, message: string, now: Instant): BudgetStatus {
  const before = disruptionAllowed(status);
  const condition: BudgetCondition = {
    type: disruptionAllowedType,
    status: value,
    ...(status.observedGeneration === undefined || status.observedGeneration === 0
      ? {}
      : { observedGeneration: status.observedGeneration }),
    lastTransitionTime: before?.status === value && before.lastTransitionTime !== undefined ? before.lastTransitionTime : formatTime(now),
    reason,
    message,
  };
  const conditions = status.conditions ?? [];
  return {
    ...status,
    conditions: before === undefined ? [...conditions, condition] : conditions.map((c) => (c === before ? condition : c)),
  };
}
