import type { Reach } from "../../execution/progress.ts";
import type { Facts, HoldFacts } from "./facts.ts";
import { currentDrain, isDriftGivenUp, isLeaseLeft, isNodeLeft, releaseAs, wants, wasHeld } from "./questions.ts";
import { type BasePhase, baseOf, type Duty, type HoldWish, type LifecycleState } from "./state.ts";

/** What is to be seen to while this is the state. Exactly one of "evacuate" and "stop-evicting" is among them until nothing is left to do. */
export function dutiesOf(facts: Facts, state: LifecycleState): readonly Duty[] {
  const { object, node } = facts;
  if (state.phase === "Finished") return afterTheEnd(facts, state);
  if (node === "unknown") return [...leaseDuty(facts, state), { do: "stop-evicting" }];
  if (wants(facts, state) === "undone")
    return [{ do: "stop-evicting" }, ...lastLook(facts, state), ...leaving(facts, state, releaseAs(facts))];
  const finalizer: readonly Duty[] = object.isFinalizerOurs ? [] : [{ do: "add-finalizer" }];
  if (state.letGoAt !== undefined) return [{ do: "stop-evicting" }, ...leaving(facts, state, "restore")];
  return [...finalizer, ...leaseDuty(facts, state), ...holdDuty(facts, state), evacuation(facts, state), ...checksDuty(facts, state)];
}

/** Deletion waits for no check; but what they say is told. Those of a NodeMaintenance are never asked for. */
function lastLook(facts: Facts, state: LifecycleState): readonly Duty[] {
  const isAsked = facts.object.deletedAt !== undefined && facts.object.face === "drydock" && wasHeld(state) && facts.node !== "missing";
  return isAsked && releaseAs(facts) === "restore" && !facts.object.cancelled ? [{ do: "run-return-checks" }] : [];
}

/** Off the node first, then out of its lease: until then nobody else is to believe that it may be touched. */
function leaving(facts: Facts, state: LifecycleState, how: "restore" | "keep-out"): readonly Duty[] {
  if (!isNodeLeft(facts, state)) return [{ do: "release", how }];
  return isLeaseLeft(facts) ? [] : [{ do: "release-lease" }];
}

/** A write of a process that is no more may come after the end: what it did to the node is undone first. */
function afterTheEnd({ object, node, hold, serverNow }: Facts, { finishedAt }: LifecycleState): readonly Duty[] {
  if (isOurs(hold) && typeof node !== "string") return [{ do: "release", how: "restore" }];
  const finalizer: readonly Duty[] = object.isFinalizerOurs ? [{ do: "drop-finalizer" }] : [];
  const { ttlAfterFinished: ttl } = object;
  const isOver = ttl !== undefined && finishedAt !== undefined && serverNow >= finishedAt + ttl && object.deletedAt === undefined;
  return isOver ? [...finalizer, { do: "delete-object" }] : finalizer;
}

/** From the first look until the node is put back. There is nothing to hold of a node that is not registered. */
function leaseDuty({ node }: Facts, state: LifecycleState): readonly Duty[] {
  const base = baseOf(state);
  if (node === "missing" || state.letGoAt !== undefined) return [];
  const isUntouched = base === "Pending" || ((base === "Checking" || base === "Returning") && state.phase === "Paused");
  return isUntouched && !wasHeld(state) ? [] : [{ do: "keep-lease" }];
}

const heldPhases: ReadonlySet<BasePhase> = new Set(["Cordoned", "Draining", "Drained", "AwaitingPowerOff", "AwaitingRelease", "Returning"]);

/** Set for the first time with the lease only; kept whatever becomes of the lease, for the node stays out. */
function holdDuty(facts: Facts, state: LifecycleState): readonly Duty[] {
  const { node, lease } = facts;
  if (node === "missing" || !heldPhases.has(baseOf(state)) || isDriftGivenUp(facts, state)) return [];
  const isKept = isOurs(facts.hold) || (wasHeld(state) && state.phase !== "Paused") || state.machine?.uid !== undefined;
  const mayBegin = lease.kind === "held" && state.phase !== "Paused" && baseOf(state) !== "Returning";
  return isKept || mayBegin ? [{ do: "hold", wish: wishOf(facts) }] : [];
}

function isOurs(hold: HoldFacts): boolean {
  return hold.kind === "held" || hold.kind === "drifted";
}

function wishOf({ object }: Facts): HoldWish {
  return {
    medik8sTaints: object.face === "medik8s",
    excludeFromRemediation: true,
    keepFromAutoscalers: object.keepFromAutoscalers,
  };
}

function evacuation(facts: Facts, state: LifecycleState): Duty {
  const reach = reachOf(facts, state);
  if (reach === undefined) return { do: "stop-evicting" };
  return { do: "evacuate", reach, generation: facts.object.generation, retry: state.retried };
}

const emptying: ReadonlySet<BasePhase> = new Set(["Draining", "Drained", "AwaitingPowerOff", "AwaitingRelease"]);

/** How far the node is emptied now. Nobody is asked to go without the lease, without the hold, or while that is not wanted. */
function reachOf(facts: Facts, state: LifecycleState): Reach | undefined {
  const { object, node, lease, hold } = facts;
  const base = baseOf(state);
  if (wants(facts, state) !== "out" || object.paused || state.phase === "Failed" || node === "missing") return undefined;
  if (base === "Checking") return "nowhere";
  if (object.invalid !== undefined) return undefined;
  if (hold.kind !== "held") return undefined;
  if (base === "Cordoned" || object.cordonOnly) return "cordon";
  const isRefused = base === "Draining" && (currentDrain(facts)?.refusals.length ?? 0) > 0;
  if (!emptying.has(base) || lease.kind !== "held") return undefined;
  return isRefused ? "cordon" : "verdict";
}

/** Also while it waits to be released, and after they took too long: what they say decides how it goes on. */
function checksDuty(facts: Facts, state: LifecycleState): readonly Duty[] {
  const { object, node } = facts;
  const base = baseOf(state);
  const isDue = wants(facts, state) === "in" && (base === "Returning" || base === "AwaitingRelease") && wasHeld(state);
  const isHeldUp = object.paused || node === "missing" || object.hooks.beforeReturn.length > 0;
  return isDue && !isHeldUp ? [{ do: "run-return-checks" }] : [];
}
