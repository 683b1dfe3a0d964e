import { KubeError } from "../../client/errors.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { NodeLeaseOutcome, NodeLeaseStatus } from "./contract.ts";
import type { Event, Events, EventType, Memory, Next, State, StateKind, States } from "./state.ts";

type Transition<S extends StateKind, E extends EventType> = (state: States[S], event: Events[E], now: Instant) => Next;

/** Every state meets every event: a missing cell does not compile. */
export type TransitionTable = { readonly [S in StateKind]: { readonly [E in EventType]: Transition<S, E> } };

/** Changes that are told one after the other are looked at together. */
const nudgeGap: Millis = 1_000;
/** Of failed requests: doubled each time, up to the longest. A foreign lease is looked at that often too: its holder may give it back. */
const firstPause: Millis = 1_000;
const longestPause: Millis = 60_000;

const stay = (state: State): Next => ({ state });
const never = stay;

function request(memory: Memory, now: Instant): Next {
  return { state: { kind: "asking", memory: { ...memory, asked: now, nudged: false } }, activity: { do: "request" } };
}

function wait(memory: Memory, floor: Millis, cap: Millis): Next {
  const most = memory.nudged ? Math.min(cap, nudgeGap) : cap;
  return { state: { kind: "waiting", memory }, activity: { do: "wait", floor: Math.min(floor, most), cap: most } };
}

function answered(memory: Memory, outcome: NodeLeaseOutcome, now: Instant): Next {
  switch (outcome.kind) {
    case "held": {
      const { until, renewAt } = outcome;
      const due = Math.max(nudgeGap, renewAt - now);
      return wait({ ...memory, status: { kind: "held", until }, until, had: true, failures: 0 }, due * 0.9, due);
    }
    case "foreign": {
      const { holder, until } = outcome;
      const due = Math.min(longestPause, Math.max(nudgeGap, until - now));
      return wait(
        { ...memory, status: { kind: "foreign", holder, until, lost: memory.had }, until: undefined, failures: 0 },
        due * 0.9,
        due,
      );
    }
    case "failed": {
      const pause = Math.min(longestPause, firstPause * 2 ** Math.min(memory.failures, 10));
      const next = { ...memory, status: troubled(memory, outcome.error, outcome.since, now), failures: memory.failures + 1 };
      return wait(next, pause / 2, pause);
    }
  }
}

/** No call that fails takes the lease away: only its own time does. */
function troubled({ status, until }: Memory, error: KubeError, since: Instant, now: Instant): NodeLeaseStatus {
  if (until !== undefined && until <= now) return { kind: "lapsed", since: until, error };
  return { kind: "failed", error, since: status.kind === "failed" ? status.since : since, ...(until === undefined ? {} : { until }) };
}

function lapse<S extends State>(state: S, { error }: Events["lapse"], now: Instant): Next {
  const { memory } = state;
  if (memory.until === undefined || memory.until > now || memory.status.kind === "lapsed") return { state };
  const known = memory.status.kind === "failed" ? memory.status.error : error;
  return { state: { ...state, memory: { ...memory, status: { kind: "lapsed", since: memory.until, error: known } } } };
}

const stop = ({ memory }: State): Next => ({ state: { kind: "ended", memory, release: undefined }, activity: { do: "nothing" } });

export const transitions: TransitionTable = {
  asking: {
    answered: ({ memory }, { outcome }, now) => answered(memory, outcome, now),
    wake: never,
    nudge: ({ memory }) => ({ state: { kind: "asking", memory: { ...memory, nudged: true } } }),
    lapse,
    release: ({ memory }) => ({ state: { kind: "releasing", memory } }),
    released: never,
    stop,
  },
  waiting: {
    answered: never,
    wake: ({ memory }, _event, now) => request(memory, now),
    nudge: ({ memory }, _event, now) => {
      const due = memory.asked + nudgeGap - now;
      return due <= 0 ? request(memory, now) : wait(memory, due, due);
    },
    lapse,
    release: ({ memory }) => ({ state: { kind: "releasing", memory }, activity: { do: "release" } }),
    released: never,
    stop,
  },
  releasing: {
    answered: (state) => ({ state, activity: { do: "release" } }),
    wake: never,
    nudge: stay,
    lapse: stay,
    release: stay,
    released: ({ memory }, { release }) => ({ state: { kind: "ended", memory, release }, activity: { do: "nothing" } }),
    stop,
  },
  ended: {
    answered: stay,
    wake: stay,
    nudge: stay,
    lapse: stay,
    release: stay,
    released: stay,
    stop: stay,
  },
};

export function begin(now: Instant): Next {
  const memory: Memory = { status: { kind: "asking" }, until: undefined, had: false, asked: now, failures: 0, nudged: false };
  return request(memory, now);
}

/** The whole behaviour of a kept lease: pure, total, never throws. */
export function step(state: State, event: Event, now: Instant): Next {
  // The table is typed cell by cell; that the cell found is the one for this state and this event is what indexing does.
  const cell = transitions[state.kind][event.type] as (state: State, event: Event, now: Instant) => Next;
  return cell(state, event, now);
}

/** When ours runs out unless it is renewed; undefined where that changes nothing. */
export function lapseOf({ kind, memory }: State): Instant | undefined {
  const isLive = kind === "asking" || kind === "waiting";
  return isLive && memory.status.kind !== "lapsed" ? memory.until : undefined;
}

/** For a lease that ran out while a request had no answer. */
export function unanswered(): KubeError {
  return new KubeError("lost", "the renewal has had no answer", { retryable: true });
}
