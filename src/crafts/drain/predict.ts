import type { BudgetView, ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import type { Range } from "../../plan/step.ts";
import type { Millis } from "../../runtime/clock.ts";

/** How long the disruption controller and the API take per round (measured on 1.36.3: 10–100 ms when idle). */
const controllerLag: Range = { low: 50, likely: 100, high: 500 };

/** One eviction; those of one budget are made one after another (the server would serialise them all the same). */
const request: Range = { low: 5, likely: 20, high: 150 };

/** From deletion to a Ready replacement, where no pod of the workload ever told: scheduling, pull, start, probes. */
const unknownStart: Range = { low: 1_000, likely: 10_000, high: 120_000 };

/**
 * Seconds until a pod is gone: at least about one, at most its grace period; most containers end soon after SIGTERM.
 * For a pod that terminates already only the rest of its time is left.
 */
export function terminationTime(pod: PodView, view: ClusterView, grace: Millis | undefined): Range {
  const allowed = grace ?? pod.terminationGraceSeconds * 1000;
  if (pod.deletionTimestamp !== undefined) {
    const rest = Math.max(0, pod.deletionTimestamp - view.serverNow);
    return { low: 0, likely: Math.min(rest, 2_000), high: rest + 2_000 };
  }
  return { low: Math.min(1_000, allowed), likely: Math.min(2_000, allowed), high: allowed + 2_000 };
}

/** What this workload's pods on view took from scheduled to Ready, as a range; `unknownStart` where none tells. */
export function startTime(pods: readonly PodView[]): Range {
  const times = pods
    .flatMap(({ scheduledAt, readyAt }) =>
      scheduledAt === undefined || readyAt === undefined || readyAt < scheduledAt ? [] : [readyAt - scheduledAt],
    )
    .sort((a, b) => a - b);
  const [fastest] = times;
  const slowest = times.at(-1);
  const median = times[Math.floor(times.length / 2)];
  if (fastest === undefined || slowest === undefined || median === undefined) return unknownStart;
  // Stamps have whole seconds: each end may be off by one.
  return { low: Math.max(0, fastest - 1_000), likely: median, high: slowest * 1.5 + 1_000 };
}

/**
 * When the pod at `position` (from 0) of those under one budget is gone: it waits for ⌊position / a⌋ rounds of R + δ, and takes G itself,
 * with `a` disruptions allowed at once. At 0 allowed now, one round comes first. (A terminating pod neither counts as healthy nor blocks
 * its replacement, so G overlaps R: disruption controller, countHealthyPods.)
 */
export function underBudget(position: number, budget: BudgetView, start: Range, termination: Range): Range {
  const atOnce = Math.max(1, allowedWhenHealthy(budget));
  const rounds = Math.floor(position / atOnce) + (budget.status.disruptionsAllowed > 0 ? 0 : 1);
  return addRanges(addRanges(scale(addRanges(start, controllerLag), rounds), scale(request, position)), termination);
}

/** How many may be away when all others are healthy. */
function allowedWhenHealthy({ status }: BudgetView): number {
  return Math.max(status.disruptionsAllowed, status.expectedPods - status.desiredHealthy);
}

function addRanges(a: Range, b: Range): Range {
  return { low: a.low + b.low, likely: a.likely + b.likely, high: a.high + b.high };
}

function scale(range: Range, times: number): Range {
  return { low: range.low * times, likely: range.likely * times, high: range.high * times };
}
