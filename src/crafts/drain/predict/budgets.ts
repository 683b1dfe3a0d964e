import type { BudgetView, PodView } from "../../../cluster/view/cluster-view.ts";
import { compareResourceVersions } from "../../../kube/resource-version.ts";
import { matchesLabelSelector } from "../../../kube/selector.ts";
import { nothing, restOf } from "../../../plan/range.ts";
import type { Range } from "../../../plan/step.ts";
import type { Millis } from "../../../runtime/clock.ts";
import { isHealthyEnough, policyOf } from "../budgets.ts";
import { unknownStart } from "./starts.ts";
import type { Left, Times } from "./times.ts";

/** Why a budget has fewer healthy pods than it may is not always to be seen; what is not starting may never be Ready. */
const unseenRecovery: Millis = 300_000;
/** The server writes the budget before the pod, so its event is never much later. Whole seconds make one of this. */
const countedWithin: Millis = 2_000;

/** The disruptions that a budget allows at once, each by when it may be spent next, from now. */
export function slotsOf(budget: BudgetView, waiting: readonly PodView[], times: Times): readonly Range[] {
  const { disruptionsAllowed, expectedPods, desiredHealthy } = budget.status;
  // How many may be away when all others are healthy: what the disruption controller will allow (updatePdbStatus).
  const atOnce = Math.max(1, disruptionsAllowed, expectedPods - desiredHealthy);
  const left = leftUnder(budget, times);
  const now = Math.max(0, Math.min(disruptionsAllowed, atOnce) - left.filter((one) => isUncounted(one, budget, times)).length);
  const missing = atOnce - now;
  const free = Array.from({ length: now }, () => nothing);
  if (missing === 0) return free;
  const returning = [
    ...left.map(({ pod, asked }) => late(restOf(times.hold(pod), times.view.serverNow - asked), times.start(pod))),
    ...starting(waiting, times),
    ...waiting.filter((pod) => goesPast(budget, pod)).map((pod) => times.hold(pod)),
  ].slice(0, missing);
  const [first] = waiting;
  const start = first === undefined ? unknownStart : times.start(first);
  const unseen: Range = { low: 0, likely: start.likely, high: start.high + unseenRecovery };
  return [...free, ...returning, ...Array.from({ length: missing - returning.length }, () => unseen)];
}

/**
 * Does the pod cost its budget nothing? Not Ready, and either the policy says so or there are healthy ones enough beside it
 * (pkg/registry/core/pod/storage/eviction.go).
 */
export function goesPast(budget: BudgetView, { ready }: PodView): boolean {
  return !ready && (policyOf(budget) === "AlwaysAllow" || isHealthyEnough(budget));
}

/** What was evicted comes back after the rest of R + δ. */
function leftUnder({ namespace, object }: BudgetView, times: Times): readonly Left[] {
  return times.left(namespace).filter(({ pod }) => matchesLabelSelector(object.spec.selector, pod.labels));
}

/** The pod is seen to go, and the budget as it is seen does not know it yet: the two come by watches of their own. */
function isUncounted({ pod, asked }: Left, budget: BudgetView, { view }: Times): boolean {
  return view.serverNow - asked < countedWithin && compareResourceVersions(budget.resourceVersion, pod.resourceVersion) === -1;
}

/** Pods of the same workloads that are on their way to Ready elsewhere. */
function starting(waiting: readonly PodView[], times: Times): readonly Range[] {
  const { view } = times;
  const owners = new Map(waiting.flatMap((pod) => (pod.controller === undefined ? [] : [[pod.controller.uid, pod] as const])));
  return [...owners].flatMap(([uid, pod]) => {
    const peers = view.peers(uid);
    if (peers === "unknown") return [];
    return peers.flatMap(({ ready, phase, scheduledAt, deletionTimestamp }) =>
      ready || deletionTimestamp !== undefined || scheduledAt === undefined || (phase !== "Pending" && phase !== "Running")
        ? []
        : [late(restOf(times.start(pod), view.serverNow - scheduledAt), times.start(pod))],
    );
  });
}

/** Later than expected already: soon or not, nobody can tell. */
function late(rest: Range, start: Range): Range {
  return rest.likely > 0 ? rest : { low: 0, likely: start.likely / 2, high: Math.max(rest.high, start.high) };
}
