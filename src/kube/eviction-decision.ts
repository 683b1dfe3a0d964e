import type { Instant } from "../runtime/clock.ts";
import type { Budget, BudgetStatus } from "./budget.ts";
import { disruptionAllowed, isObserved, statusOf, syncFailure, withCondition } from "./budget-status.ts";
import type { StringMap } from "./object.ts";
import { isPodFinished, isPodReady } from "./pod.ts";
import type { Pod, PodPhase } from "./pod.ts";
import { matchesLabelSelector } from "./selector.ts";
import { disruptionBudgetCause } from "./status.ts";
import type { Status } from "./status.ts";
import { formatTime } from "./time.ts";

/** What an eviction is decided by. Not the uid: the server compares that only when it deletes, after the budget is spent. */
export interface EvictionCandidate {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: StringMap;
  readonly phase?: PodPhase;
  /** Condition Ready is True: what the disruption controller counts as healthy. */
  readonly ready: boolean;
  readonly deletionTimestamp?: string;
}

/**
 * What the eviction subresource does with a pod, before it deletes anything.
 * - `delete`: no budget is asked and none is spent. `pinned`: the delete carries the pod's resourceVersion, so that a pod that became
 *   Ready meanwhile is not lost; the server tries again on a conflict (20 times, 500 ms apart; a uid that does not match is such a conflict).
 * - `delete-unhealthy`: a budget covers the pod, but it is not Ready and the budget lets it go. Pinned always; a conflict is answered with
 *   `stillProcessed(budget)`.
 * - `spend`: goes; `status` is what is written to the budget first (not in a dry run).
 * - `refuse`: `answer` is the whole Status the client gets.
 */
export type EvictionDecision =
  | { readonly kind: "delete"; readonly reason: "finished" | "deleting" | "pending" | "no-budget"; readonly pinned: boolean }
  | { readonly kind: "delete-unhealthy"; readonly reason: "always-allow" | "healthy-enough"; readonly budget: Budget }
  | { readonly kind: "spend"; readonly budget: Budget; readonly status: BudgetStatus }
  | { readonly kind: "refuse"; readonly reason: "several-budgets"; readonly budgets: readonly Budget[]; readonly answer: Status }
  | { readonly kind: "refuse"; readonly reason: EvictionRefusal; readonly budget: Budget; readonly answer: Status };

/**
 * - `not-observed`: the controller has not seen the budget's present spec; the client is told to come back in 10 s.
 * - `negative`, `unconfirmed`: a status no healthy control plane has (403).
 * - `sync-failed`: the controller cannot count, for example because the owner has no scale; waiting alone does not help.
 * - `too-few-healthy`: as many or fewer healthy pods than needed.
 * - `spent`: more healthy pods than needed, but all that was allowed has been granted since the last count.
 */
export type EvictionRefusal = "not-observed" | "negative" | "unconfirmed" | "sync-failed" | "too-few-healthy" | "spent";

/** More evictions than these that the controller has not confirmed, and the server grants no other. */
const mostUnconfirmed = 2000;

const violated = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * The decision of Kubernetes 1.36 (pkg/registry/core/pod/storage/eviction.go). Pure: the simulator answers with it, the planner predicts with it.
 *
 * @param input.budgets any budgets; those of other namespaces, and those whose selector is not valid, are passed over as the server does
 */
export function decideEviction(input: {
  readonly pod: EvictionCandidate;
  readonly budgets: readonly Budget[];
  readonly now: Instant;
}): EvictionDecision {
  const { pod, budgets, now } = input;
  if (pod.deletionTimestamp !== undefined) return { kind: "delete", reason: "deleting", pinned: false };
  if (isPodFinished(pod.phase)) return { kind: "delete", reason: "finished", pinned: false };
  if (pod.phase === "Pending") return { kind: "delete", reason: "pending", pinned: true };

  const covering = budgetsCovering(pod, budgets);
  const [budget] = covering;
  if (budget === undefined) return { kind: "delete", reason: "no-budget", pinned: false };
  if (covering.length > 1) return { kind: "refuse", reason: "several-budgets", budgets: covering, answer: severalBudgets };

  const status = statusOf(budget);
  if (!pod.ready) {
    // Before observedGeneration is looked at: the numbers may still be those of an older spec.
    if (budget.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return { kind: "delete-unhealthy", reason: "always-allow", budget };
    if (status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0) {
      return { kind: "delete-unhealthy", reason: "healthy-enough", budget };
    }
  }
  if (status.disruptionsAllowed > 0 && isObserved(budget) && countUnconfirmed(status) <= mostUnconfirmed) {
    return { kind: "spend", budget, status: spent(status, pod.name, now) };
  }
  return refusal(budget, status);
}

/** The budgets of the pod's namespace whose selector matches its labels. */
export function budgetsCovering(pod: Pick<EvictionCandidate, "namespace" | "labels">, budgets: readonly Budget[]): readonly Budget[] {
  return budgets.filter((budget) => budget.metadata.namespace === pod.namespace && matchesLabelSelector(budget.spec.selector, pod.labels));
}

export function evictionCandidate(pod: Pod): EvictionCandidate {
  const { name, namespace = "", uid, labels, deletionTimestamp } = pod.metadata;
  const phase = pod.status?.phase;
  return {
    name,
    namespace,
    uid,
    ready: isPodReady(pod.status),
    ...(labels === undefined ? {} : { labels }),
    ...(phase === undefined ? {} : { phase }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  };
}

/** The answer while the controller lags behind, and when a pinned delete of an unhealthy pod meets a conflict. Retry-After is 10 s. */
export function stillProcessed(budget: string): Status {
  return tooManyRequests(`The disruption budget ${budget} is still being processed by the server.`, 10);
}

function spent(status: BudgetStatus, pod: string, now: Instant): BudgetStatus {
  const next: BudgetStatus = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [pod]: formatTime(now) },
  };
  return next.disruptionsAllowed === 0 ? withCondition(next, now) : next;
}

function countUnconfirmed(status: BudgetStatus): number {
  return Object.keys(status.disruptedPods ?? {}).length;
}

function refusal(budget: Budget, status: BudgetStatus): EvictionDecision {
  const { name } = budget.metadata;
  const refuse = (reason: EvictionRefusal, answer: Status): EvictionDecision => ({ kind: "refuse", reason, budget, answer });
  if (!isObserved(budget)) return refuse("not-observed", stillProcessed(name));
  if (status.disruptionsAllowed < 0) return refuse("negative", forbidden(name, "pdb disruptions allowed is negative"));
  if (countUnconfirmed(status) > mostUnconfirmed) {
    return refuse("unconfirmed", forbidden(name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller"));
  }
  const { desiredHealthy, currentHealthy } = status;
  const condition = disruptionAllowed(status);
  const words = condition?.status === "False" && condition.message ? condition.message : undefined;
  const current = `The disruption budget ${name} does not allow evicting pods currently`;
  const shortage = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  if (syncFailure(status) !== undefined) {
    const says =
      words === undefined ? (currentHealthy <= desiredHealthy ? shortage : current) : `${current} because it failed sync: ${words}`;
    return refuse("sync-failed", tooManyRequests(says, 0));
  }
  if (currentHealthy <= desiredHealthy) return refuse("too-few-healthy", tooManyRequests(shortage, 0));
  return refuse("spent", tooManyRequests(words === undefined ? current : `${current} (${condition?.reason ?? ""}): ${words}`, 0));
}

/** Neither reason nor details: nothing in it but the text tells it from any other failure of the server. */
const severalBudgets: Status = {
  kind: "Status",
  status: "Failure",
  message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
  code: 500,
};

/** Without `retryAfter` the answer has no Retry-After, which tells a refusal by a budget from all other 429s. */
function tooManyRequests(message: string, retryAfter: number): Status {
  return {
    kind: "Status",
    status: "Failure",
    message: violated,
    reason: "TooManyRequests",
    details: {
      causes: [{ reason: disruptionBudgetCause, message }],
      ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
    },
    code: 429,
  };
}

function forbidden(name: string, why: string): Status {
  return {
    kind: "Status",
    status: "Failure",
    message: `poddisruptionbudget.policy "${name}" is forbidden: ${why}`,
    reason: "Forbidden",
    details: { name, group: "policy", kind: "poddisruptionbudget" },
    code: 403,
  };
}
