import type { Facts } from "./facts.ts";
import { precedence } from "./cells.ts";
import {
  doChecksPass,
  isLeaseLeft,
  isNodeLeft,
  leaseAttempts,
  leaseAttemptsNow,
  onDeletion,
  stampOf,
  wants,
  wasHeld,
} from "./questions.ts";
import { onTheWayBack } from "./sense-back.ts";
import { onTheWayOut } from "./sense-out.ts";
import { type Sensed, when } from "./sensed.ts";
import { baseOf, type Ending, type Events, type LifecycleEvent, type LifecycleState } from "./state.ts";

/** What is true of a maintenance in this state, in the order in which it counts. */
export function sense(facts: Facts, state: LifecycleState): readonly LifecycleEvent[] {
  const sensed = sensedOf(facts, state);
  return precedence.flatMap((type) => {
    const data = sensed[type];
    return data === undefined ? [] : [{ type, ...data } as LifecycleEvent];
  });
}

function sensedOf(facts: Facts, state: LifecycleState): Sensed {
  const want = wants(facts, state);
  if (want === "nothing") return {};
  const always: Sensed = {
    "node-unknown": when(facts.node === "unknown"),
    retried: isNewRetry(facts, state) ? { request: stampOf(facts.object.retryRequest ?? 0) } : undefined,
    restored: isRestored(facts, state) ? { ending: endingOf(facts, state) } : undefined,
  };
  if (want === "undone") {
    const { deletedAt, cancelled } = facts.object;
    return { ...always, deleted: when(deletedAt !== undefined), cancelled: when(cancelled || baseOf(state) === "Cancelling") };
  }
  const rest = { ...always, ...whileWanted(facts, state, want) };
  return want === "out" ? { ...rest, ...onTheWayOut(facts, state) } : { ...rest, ...onTheWayBack(facts, state) };
}

/** True on both ways. */
function whileWanted(facts: Facts, state: LifecycleState, want: "out" | "in"): Sensed {
  const { object, node } = facts;
  const base = baseOf(state);
  const isMissing = node === "missing" && (want === "out" || (isOnTheWayBack(state) && wasHeld(state) && state.letGoAt === undefined));
  const isReplaced = typeof node === "object" && state.machine?.uid !== undefined && state.machine.uid !== node.uid;
  const timedOut = timeoutOf(facts, state, want);
  const lost = want === "out" && base !== "Pending" && base !== "Returning" ? leaseAttemptsNow(facts, state) : 0;
  const isGivenUp = lost > leaseAttempts;
  return {
    "node-not-found": when(isMissing && object.face === "medik8s"),
    "node-missing": when(isMissing && object.face === "drydock"),
    "machine-replaced": isReplaced && state.letGoAt === undefined ? { uid: node.uid } : undefined,
    "lease-given-up": isGivenUp ? { holder: holderOf(facts), attempts: lost } : undefined,
    "lease-lost": lost > 0 && !isGivenUp ? { holder: holderOf(facts), attempts: lost } : undefined,
    paused: when(object.paused),
    resumed: when(!object.paused),
    "timed-out": timedOut,
    mended: when(!isMissing && !isGivenUp && timedOut === undefined),
  };
}

function isOnTheWayBack(state: LifecycleState): boolean {
  const base = baseOf(state);
  return base === "Returning" || base === "AwaitingRelease";
}

function timeoutOf(facts: Facts, state: LifecycleState, want: "out" | "in"): Events["timed-out"] | undefined {
  const { object, serverNow } = facts;
  const base = baseOf(state);
  const { timeout, checksTimeout } = object;
  if (want === "out") {
    const isUnderWay = base === "Checking" || base === "Draining" || (base === "Cordoned" && !object.cordonOnly);
    const since = state.wayOutSince;
    return isUnderWay && timeout !== undefined && since !== undefined && serverNow >= since + timeout
      ? { what: "way-out", since }
      : undefined;
  }
  const since = state.checksSince;
  if (base !== "Returning" || state.letGoAt !== undefined || checksTimeout === undefined || since === undefined) return undefined;
  if (doChecksPass(facts, state)) return undefined;
  return serverNow >= since + checksTimeout ? { what: "checks", since } : undefined;
}

function isNewRetry({ object }: Facts, { retried }: LifecycleState): boolean {
  return object.retryRequest !== undefined && (retried === undefined || stampOf(object.retryRequest) > retried);
}

/** Nothing of ours is left, and that is what is wanted; those who asked to be waited for after the return have gone. */
function isRestored(facts: Facts, state: LifecycleState): boolean {
  if (!isNodeLeft(facts, state) || !isLeaseLeft(facts)) return false;
  if (baseOf(state) === "Cancelling") return true;
  return wants(facts, state) === "in" && state.letGoAt !== undefined && facts.object.hooks.afterReturn.length === 0;
}

function endingOf(facts: Facts, state: LifecycleState): Ending {
  const { deletedAt, cancelled } = facts.object;
  if (cancelled) return "cancelled";
  if (deletedAt !== undefined) return onDeletion(facts) === "restore" ? "deleted" : "kept-out";
  return baseOf(state) === "Cancelling" ? "cancelled" : "returned";
}

function holderOf({ lease }: Facts): string | undefined {
  return lease.kind === "foreign" ? lease.holder : undefined;
}
