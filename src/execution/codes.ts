/** Why a node's taints were not changed. */
export type TaintFailureCode = "taint-failed" | "taint-present" | "taint-absent";

/** Why a request of the executor waits or was refused; `phrases.ts` has the words. */
export type ExecutionCode =
  | TaintFailureCode
  | "budget-exhausted"
  | "budget-recount"
  | "budget-behind"
  | "budget-broken"
  | "budget-in-flight"
  | "budget-unread"
  | "throttled"
  | "webhook-denied"
  | "namespace-terminating"
  | "two-budgets"
  | "denied"
  | "rejected"
  | "server-error"
  | "no-answer"
  | "awaiting-watch"
  | "view-stale"
  | "earlier-wave"
  | "consent-missing"
  | "cordon-failed"
  | "record-unreadable"
  | "record-too-large"
  | "node-deleted"
  | "contested";
