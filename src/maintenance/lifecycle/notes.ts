import { reassertWindow } from "../../cluster/view/drift.ts";
import type { Facts } from "./facts.ts";
import { isDrifting, stampOf, wants, wasHeld, wasHeldAsItIs } from "./questions.ts";
import { baseOf, type Drift, type LifecycleState, type RememberedMachine } from "./state.ts";

/** What must not be forgotten of what is seen now, whatever the state. Noting twice is noting once. */
export function note(facts: Facts, state: LifecycleState): LifecycleState {
  const want = wants(facts, state);
  if (facts.node === "unknown" || want === "undone" || want === "nothing" || state.letGoAt !== undefined) return state;
  return noteOff(facts, noteLease(facts, noteDrift(facts, noteCordon(facts, noteMachine(facts, state)))));
}

/** The machine, as soon as it is held: what the way back is compared with. A machine that replaces another is compared with that one. */
function noteMachine(facts: Facts, state: LifecycleState): LifecycleState {
  const { node, hold } = facts;
  if (typeof node !== "object" || (hold.kind !== "held" && hold.kind !== "drifted") || state.machine?.uid !== undefined) return state;
  const seen = (hold.kind === "held" ? hold.before : undefined) ?? facts.machine;
  const { bootID, allocatable } = { ...seen, ...state.machine };
  const machine: RememberedMachine = {
    uid: node.uid,
    ...(bootID === undefined ? {} : { bootID }),
    ...(allocatable === undefined ? {} : { allocatable }),
  };
  return { ...state, machine, startedAt: state.startedAt ?? stampOf(facts.serverNow) };
}

/** A cordon from before us outlives our hold: who has it is known only while we hold the node. */
function noteCordon({ hold }: Facts, state: LifecycleState): LifecycleState {
  if (hold.kind !== "held" || hold.foreignCordon === state.cordonedBy) return state;
  const { cordonedBy: _, ...rest } = state;
  return hold.foreignCordon === undefined ? rest : { ...rest, cordonedBy: hold.foreignCordon };
}

/** When others undid our hold. An end closes the last one; a beginning forgets those that are long over, and asks the record for those before it. */
function noteDrift(facts: Facts, state: LifecycleState): LifecycleState {
  const last = state.drifts.at(-1);
  const isOpen = last !== undefined && last.endedAt === undefined;
  const now = stampOf(facts.serverNow);
  if (isDrifting(facts, state)) {
    const open = isOpen ? last : { at: now };
    const before = isOpen ? state.drifts.slice(0, -1) : state.drifts.filter(({ endedAt = now }) => now - endedAt < reassertWindow);
    return { ...state, drifts: [...atLeast(before, recordedDrifts(facts, state)), open] };
  }
  if (!isOpen || facts.hold.kind !== "held") return state;
  const closed: Drift = { ...last, endedAt: now };
  return { ...state, drifts: [...state.drifts.slice(0, -1), closed] };
}

/** The record on the node counts what it was put back for; since a person asked to try again it counts anew. */
function recordedDrifts({ hold }: Facts, { retried = Number.NEGATIVE_INFINITY }: LifecycleState): readonly Drift[] {
  const times = hold.kind === "drifted" ? (hold.times ?? []) : [];
  return times.filter((at) => at > retried).map((at) => ({ at, endedAt: at }));
}

/** What a status has no place for, or a process did not live to write into it, stands in the record; where that was taken away, the status has it. */
function atLeast(known: readonly Drift[], recorded: readonly Drift[]): readonly Drift[] {
  return recorded.length > known.length ? recorded : known;
}

function noteLease({ lease, serverNow }: Facts, state: LifecycleState): LifecycleState {
  if (lease.kind === "held" && state.leaseLostSince !== undefined) {
    const { leaseLostSince: _, ...rest } = state;
    return rest;
  }
  if (lease.kind !== "foreign" || state.leaseLostSince !== undefined || !wasHeld(state)) return state;
  return { ...state, leaseLostSince: stampOf(serverNow) };
}

/** While somebody is to switch it off: silent, gone, or booted anew all mean that it was. */
function noteOff(facts: Facts, state: LifecycleState): LifecycleState {
  const { node, machine, serverNow } = facts;
  if (baseOf(state) !== "AwaitingPowerOff" || state.offSeenAt !== undefined) return state;
  const { bootID } = state.machine ?? {};
  const isBootedAnew = wasHeldAsItIs(facts, state) && bootID !== undefined && machine?.bootID !== undefined && machine.bootID !== bootID;
  const isOff = node === "missing" || (typeof node === "object" && !node.ready);
  return isOff || isBootedAnew ? { ...state, offSeenAt: stampOf(serverNow) } : state;
}
