import type { Facts } from "./facts.ts";
import { doChecksPass, isNodeLeft, wasHeld } from "./questions.ts";
import { type Sensed, when } from "./sensed.ts";
import { baseOf, type LifecycleState } from "./state.ts";

/** What is true only while the node is wanted back in. */
export function onTheWayBack(facts: Facts, state: LifecycleState): Sensed {
  const base = baseOf(state);
  const wanted: Sensed = { "wanted-in": {} };
  if (base !== "Returning" && base !== "AwaitingRelease") return wanted;
  const { hooks, holdUntilReleased } = facts.object;
  if (state.letGoAt !== undefined) {
    const isWaiting = hooks.afterReturn.length > 0 && isNodeLeft(facts, state);
    return { ...wanted, "hooks-open": base === "Returning" && isWaiting ? { hook: "afterReturn", open: hooks.afterReturn } : undefined };
  }
  const isFree = !wasHeld(state) || hooks.beforeReturn.length === 0;
  const passes = isFree && doChecksPass(facts, state);
  const isHeldBack = holdUntilReleased && wasHeld(state);
  // Whoever waits for a release had passed the checks; until they are run again, that is what is known.
  const stillPasses = base === "AwaitingRelease" && state.checksSince !== undefined && isFree && facts.checks === undefined;
  const release: Sensed = { ...wanted, "release-awaited": when(isHeldBack && (passes || stillPasses)) };
  if (base === "AwaitingRelease") return release;
  if (!isFree) return { ...release, "hooks-open": { hook: "beforeReturn", open: hooks.beforeReturn } };
  const { failed = [], pending = [] } = facts.checks ?? {};
  return {
    ...release,
    "checks-pending": passes || failed.length > 0 ? undefined : { pending },
    "checks-failed": passes || failed.length === 0 ? undefined : { failed },
    "way-open": when(passes && !isHeldBack),
  };
}
