import type { Condition } from "../../api/maintenance.ts";
import { formatTime } from "../../kube/time.ts";
import type { Facts } from "./facts.ts";
import { sentenceOf } from "./phrases.ts";
import { currentDrain, isDrifting, stampOf, wasHeld } from "./questions.ts";
import { baseOf, type BasePhase, type LifecycleEvent, type LifecycleState } from "./state.ts";
import { endings } from "./stored.ts";

/** What a condition says; when that began follows from what was said before. */
type Saying = Pick<Condition, "status" | "reason" | "message">;
export type ConditionType = "OutOfService" | "Empty" | "PowerOffSafe" | "Blocked" | "LeaseHeld" | "Returned";

/** What is looked at for the conditions of one moment. */
export interface Standpoint {
  readonly facts: Facts;
  readonly state: LifecycleState;
  readonly because: LifecycleEvent | undefined;
}

/** A condition that nothing new is known of stays as it was said: undefined. */
type Judge = (at: Standpoint) => Saying | undefined;

const judges: { readonly [T in ConditionType]: Judge } = {
  OutOfService: outOfService,
  Empty: empty,
  PowerOffSafe: powerOffSafe,
  Blocked: blocked,
  LeaseHeld: leaseHeld,
  Returned: returned,
};

/** The standard conditions of these types. `lastTransitionTime` changes with `status` only (API conventions). */
export function conditionsOf(at: Standpoint, types: readonly ConditionType[], before: readonly Condition[] = []): Condition[] {
  const { generation } = at.facts.object;
  return types.flatMap((type) => {
    const old = before.find((condition) => condition.type === type);
    const saying = judges[type](at) ?? (old === undefined ? undefined : { status: old.status, reason: old.reason, message: old.message });
    if (saying === undefined) return [];
    const isSame = old?.status === saying.status;
    const lastTransitionTime = isSame ? old.lastTransitionTime : formatTime(stampOf(at.facts.serverNow));
    return [{ type, ...saying, lastTransitionTime, observedGeneration: generation }];
  });
}

function outOfService({ facts, state }: Standpoint): Saying | undefined {
  const { hold, node, object } = facts;
  const { nodeName } = object;
  if (node === "unknown") return undefined;
  if (state.phase === "Finished")
    return state.ended === "kept-out"
      ? is("KeptOut", `node ${nodeName} was left cordoned`)
      : isNot("Ended", "nothing of this maintenance is on it");
  if (node === "missing") return unknown("NodeMissing", `node ${nodeName} is not registered`);
  if (hold.kind === "held")
    return hold.foreignCordon === undefined
      ? is("Held", `node ${nodeName} is held out of scheduling`)
      : is("CordonedBefore", `node ${nodeName} was cordoned before by ${hold.foreignCordon}; that cordon stays in the end`);
  if (state.letGoAt !== undefined) return isNot("PutBack", `node ${nodeName} was put back`);
  if (isDrifting(facts, state)) return isNot("HoldUndone", `the hold of node ${nodeName} was undone by somebody else`);
  return wasHeld(state)
    ? isNot("HoldAwaited", `node ${nodeName} is not held, and is about to be held again`)
    : isNot("NotYet", `node ${nodeName} was not touched yet`);
}

const emptyPhases: ReadonlySet<BasePhase> = new Set(["Drained", "AwaitingPowerOff", "AwaitingRelease"]);

/** Its reason is the phase, or the one that it goes on with. */
function empty({ facts, state }: Standpoint): Saying | undefined {
  const base = baseOf(state);
  if (!emptyPhases.has(base)) return isNot(base, `node ${facts.object.nodeName} is not proven empty`);
  const verdict = currentDrain(facts)?.progress?.verdict;
  if (verdict === undefined) return undefined;
  if (isProven(facts)) return is(base, `node ${facts.object.nodeName} is empty`);
  return unknown(base, `node ${facts.object.nodeName} looks empty, but the end of some pods was confirmed by nobody`);
}

function isProven(facts: Facts): boolean {
  const progress = currentDrain(facts)?.progress;
  return progress?.verdict?.proven === true && progress.gone.every(({ proven }) => proven);
}

/** Stricter than Empty: nothing may come back, and no volume may be in use. `drydock check power-off` looks at more. */
function powerOffSafe({ facts, state }: Standpoint): Saying | undefined {
  const { nodeName } = facts.object;
  const { hold, lease } = facts;
  if (!emptyPhases.has(baseOf(state))) return isNot("NotEmpty", `node ${nodeName} is not proven empty`);
  if (hold.kind !== "held") return isNot("NotHeld", `node ${nodeName} is not held: pods may come at any moment`);
  if (lease.kind === "foreign") return isNot("LeaseLost", `${lease.holder} holds the lease of node ${nodeName}`);
  const progress = currentDrain(facts)?.progress;
  if (progress?.verdict === undefined) return undefined;
  const { volumes } = progress.verdict.args;
  if (typeof volumes === "object" && volumes.length > 0) return isNot("VolumesAttached", `still attached: ${volumes.join(", ")}`);
  if (!isProven(facts)) return unknown("Unproven", `the end of some pods of node ${nodeName} was confirmed by nobody`);
  return is("Proven", `node ${nodeName} is proven empty, and its volumes are off it`);
}

function blocked({ facts, state, because }: Standpoint): Saying | undefined {
  if (state.phase !== "Blocked") return isNot("NotBlocked", "nothing waits for a person alone");
  return is(reasonOf(because), sentenceOf(facts, state, because));
}

function reasonOf(because: LifecycleEvent | undefined): string {
  if (because?.type === "refused") return "Refused";
  return because?.type === "drift-given-up" ? "HoldUndone" : "WaitsForPerson";
}

function leaseHeld({ facts, state }: Standpoint): Saying | undefined {
  const { lease, object } = facts;
  const of = `the lease of node ${object.nodeName}`;
  switch (lease.kind) {
    case "held":
      return is("Held", `${of} is held`);
    case "foreign":
      return isNot(state.leaseLostSince === undefined ? "Foreign" : "Lost", `${lease.holder} holds ${of}`);
    case "failed":
      return state.leaseLostSince !== undefined
        ? isNot("Lost", `${of} was lost; ${lease.message}`)
        : unknown("RequestFailed", `${of}: ${lease.message}`);
    case "none":
      return isNot(state.leaseLostSince === undefined ? "None" : "Lost", `${of} is not held`);
    default:
      return undefined;
  }
}

function returned({ facts, state, because }: Standpoint): Saying | undefined {
  const sentence = sentenceOf(facts, state, because);
  if (state.phase === "Finished") {
    const reason = endings[state.ended ?? "returned"];
    return state.ended === "kept-out" ? isNot(reason, sentence) : is(reason, sentence);
  }
  const base = baseOf(state);
  if (base === "Cancelling") return isNot("Cancelling", sentence);
  if (base !== "Returning" && !(base === "AwaitingRelease" && facts.object.desired === "In")) return isNot("NotWanted", "it is wanted out");
  if (!wasHeld(state) || state.letGoAt !== undefined) return isNot("PuttingBack", sentence);
  if (base === "AwaitingRelease") return isNot("AwaitingRelease", sentence);
  return isNot(because?.type === "checks-failed" ? "ChecksFailed" : "Checking", sentence);
}

function is(reason: string, message: string): Saying {
  return { status: "True", reason, message };
}

function isNot(reason: string, message: string): Saying {
  return { status: "False", reason, message };
}

function unknown(reason: string, message: string): Saying {
  return { status: "Unknown", reason, message };
}
