import type { Millis } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import {
  awaitsBookmark,
  deny,
  denyWatch,
  expire,
  fail,
  hear,
  hurry,
  judge,
  onErrorEvent,
  over,
  poll,
  refuse,
  seed,
  settle,
  watch,
} from "./moves.ts";
import { nudgeGap } from "./pace.ts";
import type { Events, EventType, Memory, Next, State, StateKind, States } from "./state.ts";

type Transition<S extends StateKind, E extends EventType> = (state: States[S], event: Events[E], now: Millis) => Next;

/** Every state meets every event: a missing cell does not compile. */
export type TransitionTable = { readonly [S in StateKind]: { readonly [E in EventType]: Transition<S, E> } };

/** The event changes nothing here. Where it cannot come at all (no request is under way that could send it), `never` says so. */
const stay = (state: State): Next => ({ state });
const never = stay;

const stop = (state: State, _event: unknown, now: Millis): Next => ({
  state: { kind: "stopped", since: now, memory: state.memory },
  activity: { do: "nothing" },
});

const silent = (): KubeError => new KubeError("lost", "nothing was heard for the idle deadline", { retryable: true });
const brokenOff = (what: string): KubeError => new KubeError("lost", `the ${what} ended before it was complete`, { retryable: true });

/** This server has no watch-lists: list instead, now and from now on. Happens once, for `seedBy` never goes back. */
const withoutWatchList = (memory: Memory, now: Millis): Next => seed({ ...memory, seedBy: "list" }, now);
/** The watch-list broke off: the next whole state is listed, for being complete soon matters more than being cheap. */
const detour = (memory: Memory, error: KubeError, now: Millis): Next => fail({ ...memory, detour: true }, error, "seed", now);

const open = ({ since, renewed, memory }: States["opening"]): States["watching"] => ({
  kind: "watching",
  since,
  renewed,
  progress: false,
  memory: { ...memory, watchDenied: false, troubleSince: undefined, lastError: undefined },
});

export const transitions: TransitionTable = {
  gathering: {
    wake: never,
    nudge: stay, // already asking
    opened: stay,
    changed: never, // until the state is complete its events are gathered, not told
    bookmark: ({ memory }, _event, now) => withoutWatchList(memory, now), // a server without watch-lists ignores what it does not know
    gathered: ({ memory }, { version }, now) => {
      const judged = judge(memory, version, now);
      if (!judged.taken) return refuse(judged.memory, now);
      return { state: { kind: "watching", since: now, renewed: false, progress: false, memory: judged.memory }, deliver: "gathered" };
    },
    error: ({ memory }, { status }, now) => onErrorEvent({ ...memory, detour: true }, now, status),
    ended: ({ memory }, _event, now) => detour(memory, brokenOff("initial state"), now),
    failed: ({ memory }, { error }, now) => {
      switch (error.code) {
        case "bad-request":
        case "invalid":
        case "unsupported":
          return withoutWatchList(memory, now);
        case "forbidden":
          return seed(denyWatch(memory, error, now), now);
        case "expired":
          return expire({ ...memory, detour: true }, now, error);
        default:
          return fail(memory, error, "seed", now);
      }
    },
    idle: ({ memory }, _event, now) => detour(memory, silent(), now),
    stop,
  },
  listing: {
    wake: never,
    nudge: stay, // already asking
    opened: never,
    changed: never,
    bookmark: never,
    gathered: ({ memory }, { version }, now) => {
      const judged = judge(memory, version, now);
      if (!judged.taken) return refuse(judged.memory, now);
      const denied = judged.memory.watchDenied && now < judged.memory.probeAt;
      return { ...(denied ? poll : watch)(judged.memory, now), deliver: "gathered" };
    },
    error: never,
    ended: ({ memory }, _event, now) => fail(memory, brokenOff("list"), "seed", now),
    failed: ({ memory }, { error }, now) => {
      if (error.code === "forbidden") return deny(memory, error, now);
      // Its version expired between two pages; one page does not expire (client-go's pager falls back to it in the same way).
      if (error.code === "expired") return expire({ ...memory, whole: true }, now, error);
      return fail(memory, error, "seed", now);
    },
    idle: ({ memory }, _event, now) => fail(memory, silent(), "seed", now),
    stop,
  },
  opening: {
    wake: (state) => ({ state: { ...state, memory: { ...state.memory, streak: Math.max(1, state.memory.streak) } } }), // told as trouble
    nudge: stay, // already asking
    opened: (state) => ({ state: open(state) }),
    changed: (state, { version }, now) => hear(open(state), version, "event", now),
    bookmark: (state, { version }, now) => hear(open(state), version, "bookmark", now),
    gathered: never,
    error: ({ memory }, { status }, now) => onErrorEvent(memory, now, status),
    ended: (state, _event, now) => over(open(state), { ended: true }, now),
    failed: ({ memory }, { error }, now) => {
      if (error.code === "forbidden") return poll(denyWatch(memory, error, now), now);
      if (error.code === "expired") return expire(memory, now, error);
      return fail(memory, error, "watch", now);
    },
    idle: ({ memory }, _event, now) => fail(memory, silent(), "watch", now),
    stop,
  },
  watching: {
    wake: stay, // the patience of its opening
    nudge: (state, _event, now) =>
      now - state.memory.asked < nudgeGap || awaitsBookmark(state, now) ? stay(state) : over(state, { quiet: true }, now),
    opened: stay,
    changed: (state, { version }, now) => hear(state, version, "event", now),
    bookmark: (state, { version }, now) => hear(state, version, "bookmark", now),
    gathered: never,
    error: (state, { status }, now) => onErrorEvent(settle(state, now), now, status),
    ended: (state, _event, now) => over(state, { ended: true }, now),
    failed: (state, { error }, now) => {
      if (error.code === "expired") return expire(settle(state, now), now, error);
      return over(state, { lost: error }, now);
    },
    idle: (state, _event, now) => over(state, { quiet: true }, now),
    stop,
  },
  waiting: {
    wake: ({ memory, next }, _event, now) => (next === "seed" ? seed : watch)(memory, now),
    nudge: (state, _event, now) => hurry(state, now, state.next === "seed" ? seed : watch),
    opened: never,
    changed: never,
    bookmark: never,
    gathered: never,
    error: never,
    ended: never,
    failed: never,
    idle: never,
    stop,
  },
  polling: {
    wake: ({ memory }, _event, now) => seed(memory, now),
    // The denied watch is tried after that list too.
    nudge: (state, _event, now) => hurry({ ...state, memory: { ...state.memory, probeAt: now } }, now, seed),
    opened: never,
    changed: never,
    bookmark: never,
    gathered: never,
    error: never,
    ended: never,
    failed: never,
    idle: never,
    stop,
  },
  denied: {
    wake: ({ memory }, _event, now) => seed({ ...memory, detour: true }, now), // listing is what was denied
    nudge: (state, _event, now) => hurry(state, now, (memory, at) => seed({ ...memory, detour: true }, at)),
    opened: never,
    changed: never,
    bookmark: never,
    gathered: never,
    error: never,
    ended: never,
    failed: never,
    idle: never,
    stop,
  },
  stopped: {
    wake: stay,
    nudge: stay,
    opened: stay,
    changed: stay,
    bookmark: stay,
    gathered: stay,
    error: stay,
    ended: stay,
    failed: stay,
    idle: stay,
    stop: stay,
  },
};
