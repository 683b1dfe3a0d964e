import type { BudgetSpec, BudgetStatus } from "../src/kube/budget.ts";

/**
 * What the eviction subresource answers, case by case, as data: the same table is run on the embedded cluster and on a real API server.
 * Each case has a namespace of its own with a target pod, some siblings with the same labels that run and are Ready, and budgets.
 */
export interface EvictionCase {
  readonly name: string;
  readonly target: Target;
  /** Ready siblings. Default 2. */
  readonly siblings?: number;
  readonly budgets: readonly CaseBudget[];
  readonly request?: { readonly uid?: "another"; readonly dryRun?: boolean; readonly grace?: number };
  readonly answer: Answer;
  /** What is left when the answer is there. */
  readonly left: "there" | "terminating" | "gone";
  /** Of the first budget: was one disruption spent on the target? */
  readonly spent?: boolean;
}

/** "missing": there is no such pod. All but "unscheduled" are bound to a node. */
export type Target = "ready" | "unready" | "unscheduled" | "succeeded" | "failed" | "terminating" | "missing";

export interface CaseBudget {
  readonly spec: Omit<BudgetSpec, "selector"> & { readonly selector?: "pods" | "everything" | "nothing" | "others" };
  /** Written over what the controller counted; where a controller runs it must be kept from counting again. */
  readonly status?: Partial<BudgetStatus>;
}

export interface Answer {
  readonly http: number;
  readonly reason?: string;
  /** Has a cause DisruptionBudget. */
  readonly cause?: true;
  /** Seconds, in the header. */
  readonly retryAfter?: number;
  readonly message?: RegExp;
  /** The server holds it back for about so long, in seconds. */
  readonly heldFor?: number;
}

const success: Answer = { http: 201 };
const violated: Answer = { http: 429, reason: "TooManyRequests", cause: true };
const processed: Answer = { ...violated, retryAfter: 10 };
const otherUid: Answer = { http: 409, reason: "Conflict", message: /the UID in the precondition/ };

const allowsOne: CaseBudget = { spec: { minAvailable: 2 } };
const allowsNone: CaseBudget = { spec: { minAvailable: 3 } };

export const evictionCases: readonly EvictionCase[] = [
  { name: "no budget", target: "ready", budgets: [], answer: success, left: "terminating" },
  { name: "no budget, grace 0", target: "ready", budgets: [], request: { grace: 0 }, answer: success, left: "gone" },
  { name: "no such pod", target: "missing", budgets: [], answer: { http: 404, reason: "NotFound" }, left: "gone" },
  { name: "a budget that allows one is spent", target: "ready", budgets: [allowsOne], answer: success, left: "terminating", spent: true },
  {
    name: "a budget that allows none refuses, without Retry-After",
    target: "ready",
    budgets: [allowsNone],
    answer: { ...violated, message: /^Cannot evict pod as it would violate the pod's disruption budget\.$/ },
    left: "there",
    spent: false,
  },
  {
    name: "two budgets refuse with 500, without a reason",
    target: "ready",
    budgets: [allowsOne, allowsOne],
    answer: { http: 500, message: /more than one PodDisruptionBudget/ },
    left: "there",
    spent: false,
  },
  {
    name: "an empty selector covers every pod",
    target: "ready",
    budgets: [{ spec: { minAvailable: 3, selector: "everything" } }],
    answer: violated,
    left: "there",
    spent: false,
  },
  {
    name: "an absent selector covers none",
    target: "ready",
    budgets: [{ spec: { minAvailable: 3, selector: "nothing" } }],
    answer: success,
    left: "terminating",
    spent: false,
  },
  {
    name: "a selector of other labels does not matter",
    target: "ready",
    budgets: [{ spec: { minAvailable: 3, selector: "others" } }],
    answer: success,
    left: "terminating",
    spent: false,
  },
  { name: "a succeeded pod asks no budget", target: "succeeded", budgets: [allowsNone], answer: success, left: "gone", spent: false },
  { name: "a failed pod asks no budget", target: "failed", budgets: [allowsNone], answer: success, left: "gone", spent: false },
  { name: "a pending pod asks no budget", target: "unscheduled", budgets: [allowsNone], answer: success, left: "gone", spent: false },
  {
    name: "a pending pod asks no two budgets either",
    target: "unscheduled",
    budgets: [allowsNone, allowsNone],
    answer: success,
    left: "gone",
    spent: false,
  },
  {
    name: "a terminating pod asks no budget",
    target: "terminating",
    budgets: [allowsNone],
    answer: success,
    left: "terminating",
    spent: false,
  },
  {
    name: "an unready pod goes while enough others are healthy",
    target: "unready",
    budgets: [{ spec: { minAvailable: 2 } }],
    answer: success,
    left: "terminating",
    spent: false,
  },
  {
    name: "an unready pod stays where too few are healthy",
    target: "unready",
    budgets: [allowsNone],
    answer: { ...violated },
    left: "there",
    spent: false,
  },
  {
    name: "AlwaysAllow lets an unready pod go",
    target: "unready",
    budgets: [{ spec: { minAvailable: 3, unhealthyPodEvictionPolicy: "AlwaysAllow" } }],
    answer: success,
    left: "terminating",
    spent: false,
  },
  {
    name: "AlwaysAllow does not help a Ready pod",
    target: "ready",
    budgets: [{ spec: { minAvailable: 3, unhealthyPodEvictionPolicy: "AlwaysAllow" } }],
    answer: violated,
    left: "there",
    spent: false,
  },
  {
    name: "a status behind its spec: come back in 10 s",
    target: "ready",
    budgets: [{ ...allowsOne, status: { observedGeneration: 0 } }],
    answer: processed,
    left: "there",
    spent: false,
  },
  {
    name: "too many unconfirmed evictions are forbidden",
    target: "ready",
    budgets: [
      {
        ...allowsOne,
        status: { disruptedPods: Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`p${index}`, "2026-01-01T00:00:00Z"])) },
      },
    ],
    answer: { http: 403, reason: "Forbidden", message: /DisruptedPods map too big/ },
    left: "there",
    spent: false,
  },
  {
    name: "another uid: 409, and the budget is spent all the same",
    target: "ready",
    budgets: [allowsOne],
    request: { uid: "another" },
    answer: otherUid,
    left: "there",
    spent: true,
  },
  { name: "another uid without a budget: 409", target: "ready", budgets: [], request: { uid: "another" }, answer: otherUid, left: "there" },
  {
    name: "another uid of a pending pod: 409, held back for 10 s",
    target: "unscheduled",
    budgets: [],
    request: { uid: "another" },
    answer: { ...otherUid, heldFor: 10 },
    left: "there",
  },
  {
    name: "another uid of an unready pod that may go: come back in 10 s",
    target: "unready",
    budgets: [allowsOne],
    request: { uid: "another" },
    answer: processed,
    left: "there",
    spent: false,
  },
  {
    name: "a dry run where the budget allows one writes nothing",
    target: "ready",
    budgets: [allowsOne],
    request: { dryRun: true },
    answer: success,
    left: "there",
    spent: false,
  },
  {
    name: "a dry run where the budget allows none is refused",
    target: "ready",
    budgets: [allowsNone],
    request: { dryRun: true },
    answer: violated,
    left: "there",
    spent: false,
  },
];
