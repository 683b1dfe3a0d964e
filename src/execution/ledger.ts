import type { BudgetView, PodView } from "../cluster/view/cluster-view.ts";
import type { Budget } from "../kube/budget.ts";
import { syncFailure } from "../kube/budget-status.ts";
import { decideEviction, type EvictionCandidate, type EvictionRefusal } from "../kube/eviction-decision.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import type { Args } from "../plan/step.ts";
import { formatTime } from "../kube/time.ts";
import type { Instant, Millis } from "../runtime/clock.ts";
import { unreachable } from "../runtime/errors.ts";

/** May this pod be asked for now, as far as its budget goes? */
export type Gate =
  | { readonly open: true }
  | {
      readonly open: false;
      readonly code: "budget-exhausted" | "budget-recount" | "budget-behind" | "budget-broken" | "budget-in-flight";
      readonly args: Args;
      readonly until?: Instant;
    };

/**
 * What we know of each budget beyond its last seen status. One request is in flight per budget: the server serialises them anyway, with
 * 500 ms sleeps on each conflict (eviction.go, EvictionsRetry). While the last seen `disruptionsAllowed` minus our grants since is above 0
 * the next follows the answer at once; at 0 it follows the budget's status event. All of it may be lost: the cost is one needless 429.
 */
export interface Ledger {
  gate(pod: PodView, budget: BudgetView, now: Instant): Gate;
  sent(budget: BudgetView): void;
  /** The server said yes (or spent budget while saying no). */
  granted(budget: BudgetView, pod: PodView): void;
  /** The server said no: closed until the budget changes from the version that was seen when asking, or `until`. */
  refused(budget: BudgetView, until: Instant | undefined): void;
  /** No verdict: neither spent nor refused. */
  failed(budget: BudgetView): void;
  /** New statuses settle grants; called once a pass. `podVersion` gives the version in which a pod was marked for deletion. */
  settle(budgets: readonly BudgetView[], markedVersion: (podUid: string) => string | undefined, now: Instant): void;
}

interface Account {
  inFlight: boolean;
  askedAtVersion: string;
  readonly grants: Map<string, { readonly pod: string; readonly at: Instant }>;
  closed: { readonly version: string; readonly until: Instant } | undefined;
}

/** A grant that no status ever showed is forgotten after this long: the mistake costs one 429. */
const grantMemory: Millis = 5_000;
/** After a refusal without an event, one attempt every so often: an event may have been missed. */
const refusalMemory: Millis = 30_000;

export function createLedger(clockNow: () => Instant): Ledger {
  const accounts = new Map<string, Account>();
  const account = (budget: BudgetView): Account => {
    const known = accounts.get(budget.uid);
    if (known !== undefined) return known;
    const fresh: Account = { inFlight: false, askedAtVersion: budget.resourceVersion, grants: new Map(), closed: undefined };
    accounts.set(budget.uid, fresh);
    return fresh;
  };
  return {
    gate: (pod, budget, now) => gate(account(budget), pod, budget, now),
    sent: (budget) => {
      const a = account(budget);
      a.inFlight = true;
      a.askedAtVersion = budget.resourceVersion;
    },
    granted: (budget, pod) => {
      const a = account(budget);
      const now = clockNow();
      a.inFlight = false;
      // What the server lets go for nothing (Pending, or not Ready beside enough healthy ones) no status will ever show.
      const { kind } = decideEviction({ pod: candidateOf(pod), budgets: [budget.object], now });
      if (kind === "spend" || kind === "refuse") a.grants.set(pod.uid, { pod: pod.name, at: now });
    },
    refused: (budget, until) => {
      const a = account(budget);
      a.inFlight = false;
      a.closed = { version: a.askedAtVersion, until: until ?? clockNow() + refusalMemory };
    },
    failed: (budget) => {
      account(budget).inFlight = false;
    },
    settle: (budgets, markedVersion, now) => {
      for (const budget of budgets) settle(accounts.get(budget.uid), budget, markedVersion, now);
    },
  };
}

function gate(a: Account, pod: PodView, budget: BudgetView, now: Instant): Gate {
  const { status } = budget;
  const args = { budget: budget.name, needs: status.desiredHealthy, has: status.currentHealthy };
  if (a.closed !== undefined) {
    const { version, until } = a.closed;
    // A refusal stands until the budget has changed from what was seen when asking: the next event decides.
    if (version === budget.resourceVersion && now < until) return { open: false, code: "budget-exhausted", args, until };
    a.closed = undefined;
  }
  // It never allows one: the request alone makes KubeVirt (≤ 1.5) migrate the machine, whatever the server answers.
  if (budget.ownedByVmi) return a.inFlight ? { open: false, code: "budget-in-flight", args } : { open: true };
  // The request under way counts as granted: what is open beyond it follows its answer.
  const spoken = a.grants.size + (a.inFlight ? 1 : 0);
  const decision = decideEviction({ pod: candidateOf(pod), budgets: [lessGrants(budget, spoken)], now });
  if (decision.kind === "refuse") {
    // A count that failed from the first leaves the spec unobserved too, and no later one is on its way.
    if (syncFailure(status) !== undefined) return { open: false, code: "budget-broken", args, ...untilForgotten(a) };
    // Spent by a request that may yet be refused: its answer is waited for, not a count.
    const code = a.inFlight && decision.reason === "spent" ? "budget-in-flight" : codeOf(decision.reason);
    return { open: false, code, args, ...untilForgotten(a) };
  }
  return a.inFlight ? { open: false, code: "budget-in-flight", args } : { open: true };
}

/** A grant that no status shows closes the gate until it is forgotten, which no event announces. */
function untilForgotten({ grants }: Account): { readonly until?: Instant } {
  return grants.size === 0 ? {} : { until: Math.min(...[...grants.values()].map(({ at }) => at)) + grantMemory };
}

/** The server's own decision, on the budget as it will be seen once our grants have reached it. */
function lessGrants({ object, status }: BudgetView, grants: number): Budget {
  return { ...object, status: { ...status, disruptionsAllowed: Math.max(0, status.disruptionsAllowed - grants) } };
}

function candidateOf({ name, namespace, uid, labels, phase, ready, deletionTimestamp }: PodView): EvictionCandidate {
  return {
    name,
    namespace,
    uid,
    labels,
    phase,
    ready,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp: formatTime(deletionTimestamp) }),
  };
}

function codeOf(reason: EvictionRefusal | "several-budgets"): Exclude<Gate, { readonly open: true }>["code"] {
  switch (reason) {
    case "not-observed":
      return "budget-behind";
    case "spent":
      return "budget-recount";
    case "too-few-healthy":
      return "budget-exhausted";
    case "several-budgets":
    case "negative":
    case "unconfirmed":
    case "sync-failed":
      return "budget-broken";
    default:
      return unreachable(reason);
  }
}

/**
 * A grant is part of the seen status once that names the pod, or is newer than the pod's own deletion mark (the server writes the budget
 * first, so every later version of the budget contains the grant).
 */
function settle(a: Account | undefined, budget: BudgetView, markedVersion: (podUid: string) => string | undefined, now: Instant): void {
  if (a === undefined) return;
  for (const [uid, { pod, at }] of a.grants) {
    const marked = markedVersion(uid);
    const newer = marked !== undefined && compareResourceVersions(budget.resourceVersion, marked) === 1;
    if (newer || Object.hasOwn(budget.status.disruptedPods ?? {}, pod) || now - at >= grantMemory) a.grants.delete(uid);
  }
}
