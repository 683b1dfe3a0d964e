import type { NodeProgress } from "../../execution/progress.ts";
import type { Facts } from "./facts.ts";
import { currentDrain, isDrifting, isDriftGivenUp, wasHeldAsItIs } from "./questions.ts";
import { refusalsOf } from "./refusals.ts";
import { type Sensed, when } from "./sensed.ts";
import { type BasePhase, baseOf, type LifecycleState } from "./state.ts";

const whileEmpty: ReadonlySet<BasePhase> = new Set(["Drained", "AwaitingPowerOff", "AwaitingRelease"]);

/** What is true only while the node is wanted out. */
export function onTheWayOut(facts: Facts, state: LifecycleState): Sensed {
  const base = baseOf(state);
  const { object } = facts;
  const start: Sensed = { "finalizer-awaited": when(!object.isFinalizerOurs), "wanted-out": {} };
  if (base === "Pending" || base === "Returning") return base === "Pending" ? start : { "wanted-out": {} };
  const refusals = refusalsOf(facts, base);
  const drain = currentDrain(facts);
  return {
    ...start,
    ...holdEvents(facts, state),
    ...leaseEvents(facts, state),
    refused: refusals.length === 0 ? undefined : { refusals },
    "look-awaited": when(drain === undefined || (base === "Draining" && drain.progress === undefined)),
    cleared: when(base === "Checking" && facts.lease.kind === "held" && drain !== undefined && refusals.length === 0),
    "cordon-only": when(object.cordonOnly && (state.phase === "Draining" || state.phase === "Cordoned")),
    ...outHooks(facts, base),
    ...podEvents(facts, base, refusals.length > 0 || isDriftGivenUp(facts, state)),
    ...(whileEmpty.has(base) ? powerEvents(facts, state) : {}),
  };
}

function holdEvents(facts: Facts, state: LifecycleState): Sensed {
  const drift = {
    gone: facts.hold.kind === "drifted" ? facts.hold.gone : [],
    by: facts.hold.kind === "drifted" ? facts.hold.by : undefined,
  };
  const isGivenUp = isDriftGivenUp(facts, state);
  return {
    "drift-given-up": isGivenUp ? drift : undefined,
    drift: isDrifting(facts, state) && !isGivenUp ? drift : undefined,
    "hold-awaited": when(facts.hold.kind === "none" && !wasHeldAsItIs(facts, state)),
  };
}

/** The lease of a node that was held may be lost: `whileWanted` says so, and here nothing more is said of it. */
function leaseEvents({ lease }: Facts, state: LifecycleState): Sensed {
  if (state.leaseLostSince !== undefined && lease.kind !== "held") return {};
  return {
    "lease-foreign": lease.kind === "foreign" ? { holder: lease.holder, until: lease.until } : undefined,
    "lease-failed": lease.kind === "failed" ? { message: lease.message } : undefined,
    "lease-awaited": when(lease.kind === "none" || lease.kind === "unknown"),
  };
}

function outHooks({ object }: Facts, base: BasePhase): Sensed {
  const hook = base === "Cordoned" ? "beforeDrain" : base === "Drained" ? "afterDrain" : undefined;
  if (hook === undefined) return {};
  const open = object.hooks[hook];
  return open.length > 0 ? { "hooks-open": { hook, open } } : { "hooks-clear": { hook } };
}

/** Of the pods that are to go. Nothing is told of those of which nothing is known now. */
function podEvents(facts: Facts, base: BasePhase, isBlocked: boolean): Sensed {
  const drain = currentDrain(facts);
  const progress = drain?.progress;
  if (base === "Checking" || base === "Cordoned") return { unstuck: when(drain !== undefined && !isBlocked) };
  const isStuck = progress !== undefined && progress.isStuck && (base === "Draining" || progress.left.length > 0);
  const isKnown = base === "Draining" ? progress !== undefined : true;
  return {
    stuck: when(isStuck),
    unstuck: when(isKnown && !isStuck && !isBlocked),
    ...(progress === undefined || isStuck ? {} : movement(progress)),
  };
}

function movement(progress: NodeProgress): Sensed {
  const isLeft = progress.left.length > 0;
  return {
    moving: when(isLeft),
    settling: when(!isLeft && progress.verdict === undefined),
    emptied: when(!isLeft && progress.verdict !== undefined),
  };
}

function powerEvents({ object, node }: Facts, state: LifecycleState): Sensed {
  if (object.powerOff === "None") return { "power-kept": {} };
  if (state.offSeenAt === undefined) return { "power-on": {} };
  const isOn = typeof node === "object" && node.ready;
  return { "switched-off": when(!isOn), "back-on": when(isOn) };
}
