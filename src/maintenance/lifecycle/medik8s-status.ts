import type { NodeMaintenancePhase, NodeMaintenanceStatus } from "../../api/node-maintenance.ts";
import { formatTime } from "../../kube/time.ts";
import { podOfStep } from "../../plan/refs.ts";
import { type ConditionType, conditionsOf } from "./conditions.ts";
import { blockersOf, emptyPhases, etaOf, hasPods, percentOf } from "./drain-status.ts";
import { wordsOf } from "./code-words.ts";
import type { Facts } from "./facts.ts";
import { sentenceOf } from "./phrases.ts";
import { isAdopted } from "./medik8s-stored.ts";
import { leaseAttemptsNow } from "./questions.ts";
import { isSameStatus } from "./status.ts";
import { type Advanced, baseOf, type LifecycleEvent, type LifecycleState } from "./state.ts";

const types: readonly ConditionType[] = ["OutOfService", "Empty", "PowerOffSafe", "Blocked", "LeaseHeld"];
/** lastError names no more pods than this; `blockers` has the others. */
const mostErrors = 10;

/**
 * The status of a NodeMaintenance, with the arithmetic of the Node Maintenance Operator where it has one (internal/controller,
 * `initMaintenanceStatus` and `onReconcileError`); undefined where `before` says it all already. Fields that are zero or empty are absent, as
 * Go's `omitempty` leaves them out. Otherwise than there, drainProgress stays within 0 to 100 and lastError goes when its cause has gone.
 */
export function nodeMaintenanceStatusOf(
  facts: Facts,
  { state, because }: Pick<Advanced, "state" | "because">,
  before: NodeMaintenanceStatus | undefined,
): NodeMaintenanceStatus | undefined {
  const counts = countsOf(facts, state, before);
  const lastError = errorOf(facts, state, because);
  const blockers = blockersOf(facts, state, before?.blockers);
  const status: NodeMaintenanceStatus = {
    phase: phaseOf(state, before),
    ...counts,
    ...(lastError === undefined ? {} : { lastError }),
    ...nonZero("errorOnLeaseCount", leaseAttemptsNow(facts, state)),
    observedGeneration: facts.object.generation,
    ...(isAdopted(before) ? { adopted: true } : {}),
    conditions: conditionsOf({ facts, state, because }, types, before?.conditions),
    message: sentenceOf(facts, state, because),
    ...(blockers.length === 0 ? {} : { blockers }),
    ...(hasPods(state) ? etaOf(facts.drain, counts.pending ?? 0, before?.eta, facts.serverNow) : {}),
  };
  return isSameStatus(status, before) ? undefined : { ...status, lastUpdate: formatTime(facts.serverNow) };
}

/** Deletion changes nothing of the phase: the object goes. */
function phaseOf(state: LifecycleState, before: NodeMaintenanceStatus | undefined): NodeMaintenancePhase {
  if (state.phase === "Failed") return "Failed";
  const base = baseOf(state);
  if (emptyPhases.has(base)) return "Succeeded";
  const isLeaving = base === "Cancelling" || base === "Finished";
  return isLeaving && (before?.phase === "Succeeded" || before?.phase === "Failed") ? before.phase : "Running";
}

/** How many pods there were at first, and which are still to go. What is not known now stays as it was said. */
function countsOf({ drain }: Facts, state: LifecycleState, before: NodeMaintenanceStatus | undefined): NodeMaintenanceStatus {
  const progress = drain?.progress;
  const isDone = emptyPhases.has(baseOf(state));
  const evictionPods = before?.evictionPods ?? (progress === undefined ? undefined : progress.left.length + progress.gone.length);
  // Those that have gone already were among them.
  const onNode = drain?.podsOnNode === undefined ? undefined : drain.podsOnNode + (progress?.gone.length ?? 0);
  const totalpods = before?.totalpods ?? onNode ?? evictionPods;
  const first = { ...nonZero("totalpods", totalpods), ...nonZero("evictionPods", evictionPods) };
  if (isDone) return { ...first, drainProgress: 100 };
  if (progress === undefined || !hasPods(state)) {
    const { drainProgress, pendingPods, pendingPodsRefs, pending } = before ?? {};
    return {
      ...first,
      ...nonZero("drainProgress", drainProgress),
      ...(pendingPods === undefined ? {} : { pendingPods }),
      ...(pendingPodsRefs === undefined ? {} : { pendingPodsRefs }),
      ...nonZero("pending", pending),
    };
  }
  const left = progress.left.map(podOfStep);
  const done = evictionPods === undefined || evictionPods === 0 ? 0 : percentOf(evictionPods - left.length, evictionPods);
  const pods = { pendingPods: left.map(({ name }) => name), pendingPodsRefs: left.map(({ namespace, name }) => ({ namespace, name })) };
  return { ...first, ...nonZero("drainProgress", done), ...(left.length === 0 ? {} : pods), ...nonZero("pending", left.length) };
}

/** What went wrong, as long as it does: in the operator's words where it has them, else as kubectl's drain helper would say it. */
function errorOf(facts: Facts, state: LifecycleState, because: LifecycleEvent | undefined): string | undefined {
  switch (because?.type) {
    case "node-not-found":
    case "lease-given-up":
    case "lease-lost":
    case "lease-foreign":
    case "lease-failed":
    case "timed-out":
    case "refused":
    case "drift-given-up":
      return sentenceOf(facts, state, because);
    default: {
      // Whatever else is in the way: without the lease nobody is asked to go.
      const attempts = leaseAttemptsNow(facts, state);
      const holder = facts.lease.kind === "foreign" ? facts.lease.holder : undefined;
      if (attempts > 0) return sentenceOf(facts, state, { type: "lease-lost", holder, attempts });
      return hasPods(state) && !emptyPhases.has(baseOf(state)) ? evictionErrors(facts) : undefined;
    }
  }
}

function evictionErrors({ drain }: Facts): string | undefined {
  const errors = (drain?.progress?.blockers ?? [])
    .filter(({ ordinary, object }) => ordinary !== true && object.kind === "Pod")
    .slice(0, mostErrors)
    .map(
      ({ object, code, args }) => `error when evicting pods/"${object.name}" -n "${object.namespace ?? ""}": ${wordsOf(code, args).text}`,
    );
  // As utilerrors.Aggregate prints one error, and several.
  return errors.length > 1 ? `[${errors.join(", ")}]` : errors[0];
}

function nonZero<K extends string>(name: K, value: number | undefined): { readonly [N in K]?: number } {
  return value === undefined || value === 0 ? {} : ({ [name]: value } as { readonly [N in K]: number });
}
