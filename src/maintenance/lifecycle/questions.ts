import { reassertLimit } from "../../cluster/view/drift.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { DrainFacts, Facts } from "./facts.ts";
import { baseOf, type LifecycleState } from "./state.ts";

/** How often a lease that is lost is asked for again, as it is counted. */
export const leaseRetry: Millis = 5_000;
/** So many attempts may fail; one more, and the maintenance has (Node Maintenance Operator: `maxAllowedErrorToUpdateOwnedLease`). */
export const leaseAttempts = 3;
/** A deletion waits no longer for a lease that cannot be released: it runs out by itself. */
export const leasePatience: Millis = 60_000;

/** As a status can say it: whole seconds. */
export function stampOf(instant: Instant): Instant {
  return Math.floor(instant / 1000) * 1000;
}

/** What was done is undone, at once and without checks: the object is deleted, or the maintenance cancelled. */
export function isUndoing({ object }: Facts, state: LifecycleState): boolean {
  return object.deletedAt !== undefined || object.cancelled || baseOf(state) === "Cancelling";
}

export function wants(facts: Facts, state: LifecycleState): "out" | "in" | "undone" | "nothing" {
  if (baseOf(state) === "Finished") return "nothing";
  if (isUndoing(facts, state)) return "undone";
  return facts.object.desired === "Out" ? "out" : "in";
}

/** Was the node held by us at any time, under this or another uid? */
export function wasHeld({ machine }: LifecycleState): boolean {
  return machine !== undefined;
}

/** Was it held as the Node that is there now? */
export function wasHeldAsItIs({ node }: Facts, { machine }: LifecycleState): boolean {
  return typeof node === "object" && machine?.uid === node.uid;
}

/** Is something of our hold gone that was there? */
export function isDrifting(facts: Facts, state: LifecycleState): boolean {
  if (facts.hold.kind === "drifted") return true;
  return facts.hold.kind === "none" && wasHeldAsItIs(facts, state);
}

/** Set again as often as it is ever set again, and undone once more. */
export function isDriftGivenUp(facts: Facts, state: LifecycleState): boolean {
  return isDrifting(facts, state) && state.drifts.length > reassertLimit;
}

/**
 * How often the lost lease was asked for by now, counted by time so that no restart forgets it. 0: it is not lost. Once it is given up it is
 * counted no further.
 */
export function leaseAttemptsNow({ lease, serverNow }: Facts, { leaseLostSince }: LifecycleState): number {
  if (leaseLostSince === undefined || lease.kind === "held") return 0;
  return Math.min(leaseAttempts + 1, 1 + Math.max(0, Math.floor((serverNow - leaseLostSince) / leaseRetry)));
}

/** The pods as they are looked at for the present wish; what was found for an older one decides nothing. */
export function currentDrain({ drain, object }: Facts): DrainFacts | undefined {
  return drain?.generation === object.generation ? drain : undefined;
}

/** Is all of ours off the node, or out of our reach for good? */
export function isNodeLeft({ node, hold, ...facts }: Facts, state: LifecycleState): boolean {
  if (node === "missing" || hold.kind === "none") return true;
  // A record that cannot be read cannot be undone: it stays, and is said to.
  return hold.kind === "refused" && hold.code === "record-unreadable" && isUndoing({ node, hold, ...facts }, state);
}

/** Is the lease not ours any more, as far as that can be brought about? */
export function isLeaseLeft({ lease, object, serverNow }: Facts): boolean {
  if (lease.kind === "none" || lease.kind === "foreign") return true;
  return lease.kind !== "held" && object.deletedAt !== undefined && serverNow - object.deletedAt >= leasePatience;
}

/** Do the checks before the return pass? A way back that was never a way out has none. */
export function doChecksPass({ checks }: Facts, state: LifecycleState): boolean {
  if (!wasHeld(state)) return true;
  return checks !== undefined && checks.failed.length === 0 && checks.pending.length === 0;
}

/** Deletion keeps the node out where that is wished, and by default while an unreleased hold is set. A NodeMaintenance always restores. */
export function onDeletion({ object }: Facts): "restore" | "keep-out" {
  if (object.face === "medik8s") return "restore";
  const wish = object.onDelete ?? (object.holdUntilReleased ? "KeepOut" : "Restore");
  return wish === "KeepOut" ? "keep-out" : "restore";
}

/** How it is put back now. A cancelled one is always restored: keeping it out is what deletion is asked about. */
export function releaseAs({ object, ...facts }: Facts): "restore" | "keep-out" {
  return object.deletedAt !== undefined && !object.cancelled ? onDeletion({ object, ...facts }) : "restore";
}
