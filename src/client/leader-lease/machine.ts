import type { Millis } from "../../runtime/clock.ts";
import { InvariantError } from "../../runtime/errors.ts";
import type { LeaseTiming } from "./contract.ts";
import { read } from "./moves.ts";
import type { Event, LeaderState, Next, State } from "./state.ts";
import { transitions } from "./transitions.ts";

/** client-go's defaults, as the controllers of Kubernetes use them. */
const usualTiming: LeaseTiming = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };

/** @throws InvariantError where the times leave no room between one leader's end and the next one's beginning */
export function timingOf(asked: Partial<LeaseTiming> = {}): LeaseTiming {
  const timing = { ...usualTiming, ...asked };
  const { leaseDuration, renewDeadline, retryPeriod } = timing;
  const isWhole = Number.isInteger(leaseDuration / 1000) && leaseDuration >= 1000;
  if (!isWhole || leaseDuration <= renewDeadline || renewDeadline <= retryPeriod * 1.2 || retryPeriod <= 0)
    throw new InvariantError(`leader lease: ${leaseDuration} > ${renewDeadline} > 1.2 × ${retryPeriod} ms does not hold`);
  return timing;
}

export function begin(identity: string, timing: LeaseTiming, now: Millis): Next {
  return read({ identity, timing, seen: undefined, unsure: false, asked: now, conflicts: 0, lastError: undefined }, now);
}

/** The whole behaviour of a candidate: pure, total, never throws. */
export function step(state: State, event: Event, now: Millis): Next {
  // The table is typed cell by cell; that the cell found is the one for this state and this event is what indexing does.
  const cell = transitions[state.kind][event.type] as (state: State, event: Event, now: Millis) => Next;
  return cell(state, event, now);
}

/** A leader as far as it knows; whether it may act is a question of the time too. */
export function isLeaderState(state: State): state is LeaderState {
  return "renewed" in state;
}
