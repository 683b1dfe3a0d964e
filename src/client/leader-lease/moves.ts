import type { Lease } from "../../kube/lease.ts";
import type { Millis } from "../../runtime/clock.ts";
import { isKubeError, type KubeError } from "../errors.ts";
import type { LeaderLeaseEnd, LeaseTiming, StopReason } from "./contract.ts";
import { freeAt, holderOf, observed } from "./record.ts";
import type { Activity, Claim, LeaderState, Memory, Next, State, States } from "./state.ts";

/** Two attempts fit between the renewal that is due and the deadline. */
function patienceOf({ renewDeadline, retryPeriod }: LeaseTiming): Millis {
  return (renewDeadline - retryPeriod) / 2;
}

/** How long giving back may take: others wait no longer than the lease lasts anyway. */
export function releaseTimeOf({ renewDeadline }: LeaseTiming): Millis {
  return renewDeadline / 2;
}

/** When leadership ends unless a renewal succeeds, or giving back is given up; undefined where nothing ends by time. */
export function deadlineOf(state: State): Millis | undefined {
  const { timing } = state.memory;
  if (state.kind === "releasing") return state.since + releaseTimeOf(timing);
  return "renewed" in state ? state.renewed + timing.renewDeadline : undefined;
}

export function read(memory: Memory, now: Millis): Next {
  return { state: { kind: "reading", memory: { ...memory, asked: now } }, activity: reading(memory) };
}

/** Take it if it is free, else wait until it is. */
export function seek(memory: Memory, now: Millis): Next {
  const at = freeAt(memory);
  if (at <= now) return take(memory, now);
  // Candidates that saw the same change shall not all come at once; the server would turn all but one away.
  const floor = at - now;
  const cap = floor + memory.timing.retryPeriod / 4;
  return { state: { kind: "following", memory: { ...memory, conflicts: 0, lastError: undefined } }, activity: { do: "wait", floor, cap } };
}

export function take(memory: Memory, now: Millis): Next {
  const { seen } = memory;
  const asked = { ...memory, asked: now };
  const state: State = { kind: "taking", memory: asked };
  if (seen === undefined) return read(memory, now);
  if (seen.kind === "absent") return { state, activity: creating(memory) };
  const isOurs = holderOf(seen) === memory.identity;
  const claim = { ...claimOf(memory), ...(isOurs ? {} : { transitions: (seen.spec.leaseTransitions ?? 0) + 1 }) };
  return { state, activity: updating(memory, claim, seen.version) };
}

/** An attempt failed. One that met another version shows that others are at work: the first of these is followed up at once. */
export function pause(failed: Memory, error: KubeError, now: Millis): Next {
  if (isCollision(error) && failed.conflicts === 1) return read(failed, now);
  return { state: { kind: "pausing", memory: failed }, activity: untilRetry(failed, now) };
}

/** The answer to a write that makes us the holder, as long as it is young enough to act on. */
export function won(memory: Memory, lease: Lease, now: Millis): Next {
  const seen = settled(memory, lease, now);
  const isTooLate = now - memory.asked >= memory.timing.renewDeadline || holderOf(seen.seen) !== memory.identity;
  return isTooLate ? seek(seen, now) : lead(seen, memory.asked);
}

export function renewed(state: LeaderState, lease: Lease, now: Millis): Next {
  // Once the deadline has passed somebody may have acted on it, even if the timer that tells of it is late.
  if (isOverdue(state, now)) return lose(state.memory, "deadline");
  return lead(settled(state.memory, lease, now), state.memory.asked);
}

export function renew(leader: LeaderState, now: Millis): Next {
  const { memory, renewed: since } = leader;
  if (isOverdue(leader, now)) return lose(memory, "deadline");
  const state: State = { kind: "renewing", memory: { ...memory, asked: now }, renewed: since };
  const { seen } = memory;
  if (seen?.kind === "record") return { state, activity: updating(memory, claimOf(memory), seen.version) };
  return { state, activity: creating(memory) };
}

export function verify({ memory, renewed: since }: LeaderState, now: Millis): Next {
  return { state: { kind: "verifying", memory: { ...memory, asked: now }, renewed: since }, activity: reading(memory) };
}

/** A renewal, or reading why it was refused, failed. Only the deadline ends leadership, never an error. */
export function recover(state: LeaderState, error: KubeError, now: Millis): Next {
  const memory = failedAt(state.kind === "renewing" ? "write" : "read", state.memory, error);
  if (isOverdue(state, now)) return lose(memory, "deadline");
  const after: LeaderState = { kind: "recovering", memory, renewed: state.renewed };
  if (isCollision(error) && memory.conflicts === 1) return verify(after, now);
  return { state: after, activity: untilRetry(memory, now) };
}

/** What the record says now, to a leader: it stays one only where the record names it, or is gone. */
export function hold(state: LeaderState, memory: Memory, now: Millis): Next | undefined {
  if (isOverdue(state, now)) return lose(memory, "deadline");
  if (memory.seen?.kind !== "record" || holderOf(memory.seen) === memory.identity) return undefined;
  return lose(memory, "taken");
}

export function lose(memory: Memory, why: StopReason): Next {
  return end(memory, "lost", why);
}

export function end(memory: Memory, how: LeaderLeaseEnd, why: StopReason = "released"): Next {
  return { state: { kind: "ended", memory, end: how, why }, activity: { do: "nothing" } };
}

/** Stopped while nobody may take us for the holder, but for a write of unknown outcome. */
export function leave(memory: Memory, now: Millis): Next {
  return memory.unsure ? { state: { kind: "releasing", memory, since: now }, activity: reading(memory) } : end(memory, "released");
}

/** Gives back what the record says is ours; the rest needs nothing. */
export function release(state: States["releasing"], memory: Memory): Next {
  const { seen } = memory;
  if (seen?.kind !== "record" || holderOf(seen) !== memory.identity) return end(memory, "released");
  // client-go's release: nobody holds it, and whoever does not look at that waits a second.
  const claim: Claim = { holder: "", durationSeconds: 1, transitions: seen.spec.leaseTransitions ?? 0 };
  return { state: { ...state, memory }, activity: updating(memory, claim, seen.version) };
}

export function reading({ timing }: Memory): Activity {
  return { do: "read", patience: patienceOf(timing) };
}

/** Attempts begin a retry period after each other, a little less by chance, so that those of a fleet spread. */
export function untilRetry({ asked, timing }: Memory, now: Millis): Activity {
  const due = asked + timing.retryPeriod - now;
  return { do: "wait", floor: Math.max(0, due - timing.retryPeriod / 5), cap: Math.max(0, due) };
}

/** `kind` of the call that failed: a write without a clear answer may have been applied. */
export function failedAt(kind: "read" | "write", memory: Memory, error: KubeError): Memory {
  const collided = isCollision(error);
  const conflicts = collided ? memory.conflicts + 1 : 0;
  return {
    ...memory,
    lastError: conflicts === 1 ? memory.lastError : error,
    conflicts,
    unsure: memory.unsure || (kind === "write" && !isRefusal(error)),
  };
}

function lead(memory: Memory, since: Millis): Next {
  const { retryPeriod } = memory.timing;
  return { state: { kind: "leading", memory, renewed: since }, activity: { do: "wait", floor: retryPeriod, cap: retryPeriod } };
}

function isOverdue(state: LeaderState, now: Millis): boolean {
  return now >= state.renewed + state.memory.timing.renewDeadline;
}

function settled(memory: Memory, lease: Lease, now: Millis): Memory {
  return { ...observed(memory, lease, now), unsure: false, conflicts: 0, lastError: undefined };
}

/** The record is not what we thought: an answer, and no trouble. */
function isCollision(error: KubeError): boolean {
  return isKubeError(error, "conflict", "already-exists", "not-found");
}

/** The server has not done it, and will not. */
function isRefusal(error: KubeError): boolean {
  return (
    isCollision(error) || isKubeError(error, "unreachable", "forbidden", "unauthorized", "invalid", "bad-request", "too-many-requests")
  );
}

function claimOf({ identity, timing }: Memory): Claim {
  return { holder: identity, durationSeconds: Math.ceil(timing.leaseDuration / 1000) };
}

function creating(memory: Memory): Activity {
  return { do: "create", claim: { ...claimOf(memory), transitions: 0 }, patience: patienceOf(memory.timing) };
}

function updating(memory: Memory, claim: Claim, version: string): Activity {
  return { do: "update", claim, version, patience: patienceOf(memory.timing) };
}
