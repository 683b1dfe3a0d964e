import type { Millis } from "../../runtime/clock.ts";
import { holderOf, observed } from "./record.ts";
import {
  end,
  failedAt,
  hold,
  leave,
  lose,
  pause,
  read,
  reading,
  recover,
  release,
  renew,
  renewed,
  seek,
  untilRetry,
  verify,
  won,
} from "./moves.ts";
import type { Events, EventType, LeaderState, Next, State, StateKind, States } from "./state.ts";

type Transition<S extends StateKind, E extends EventType> = (state: States[S], event: Events[E], now: Millis) => Next;

/** Every state meets every event: a missing cell does not compile. */
export type TransitionTable = { readonly [S in StateKind]: { readonly [E in EventType]: Transition<S, E> } };

/** The event changes nothing here. Where it cannot come at all (nothing is under way that could send it), `never` says so. */
const stay = (state: State): Next => ({ state });
const never = stay;

/** Seen, and remembered; what is under way goes on and will tell. */
const note = <S extends State>(state: S, { lease, version }: Events["watched"], now: Millis): Next => ({
  state: { ...state, memory: observed(state.memory, lease, now, version) },
});
/** The same for a leader: it is none any more where somebody else is named. */
const heed = <S extends LeaderState>(state: S, { lease, version }: Events["watched"], now: Millis): Next => {
  const memory = observed(state.memory, lease, now, version);
  return hold(state, memory, now) ?? { state: { ...state, memory } };
};
const overdue = ({ memory }: LeaderState): Next => lose(memory, "deadline");
const depart = ({ memory }: State, _event: unknown, now: Millis): Next => leave(memory, now);
/** Leader no more, at once; the answer to the renewal under way is awaited, for it brings the version. */
const finish = ({ memory }: State, _event: unknown, now: Millis): Next => ({ state: { kind: "releasing", memory, since: now } });

export const transitions: TransitionTable = {
  reading: {
    wake: never,
    read: ({ memory }, { lease }, now) => seek(observed(memory, lease, now), now),
    watched: note,
    written: never,
    failed: ({ memory }, { error }, now) => pause(failedAt("read", memory, error), error, now),
    deadline: never,
    stop: depart,
  },
  following: {
    wake: ({ memory }, _event, now) => seek(memory, now),
    read: never,
    watched: (state, { lease, version }, now) => {
      const memory = observed(state.memory, lease, now, version);
      return memory === state.memory ? { state } : seek(memory, now);
    },
    written: never,
    failed: never,
    deadline: never,
    stop: depart,
  },
  taking: {
    wake: never,
    read: never,
    watched: note,
    written: ({ memory }, { lease }, now) => won(memory, lease, now),
    failed: ({ memory }, { error }, now) => pause(failedAt("write", memory, error), error, now),
    deadline: never,
    stop: finish,
  },
  pausing: {
    wake: ({ memory }, _event, now) => read(memory, now),
    read: never,
    watched: note,
    written: never,
    failed: never,
    deadline: never,
    stop: depart,
  },
  leading: {
    wake: (state, _event, now) => renew(state, now),
    read: never,
    watched: (state, event, now) => {
      const next = heed(state, event, now);
      // Gone: made again before anybody else who waits for its end does.
      return next.state.kind === "leading" && next.state.memory.seen?.kind === "absent" ? renew(next.state, now) : next;
    },
    written: never,
    failed: never,
    deadline: overdue,
    stop: (state, _event, now) => release({ kind: "releasing", memory: state.memory, since: now }, state.memory),
  },
  renewing: {
    wake: never,
    read: never,
    watched: heed,
    written: (state, { lease }, now) => renewed(state, lease, now),
    failed: (state, { error }, now) => recover(state, error, now),
    deadline: overdue,
    stop: finish,
  },
  verifying: {
    wake: never,
    read: (state, { lease }, now) => {
      const memory = observed(state.memory, lease, now);
      return hold(state, memory, now) ?? renew({ ...state, memory }, now);
    },
    watched: heed,
    written: never,
    failed: (state, { error }, now) => recover(state, error, now),
    deadline: overdue,
    stop: finish,
  },
  recovering: {
    // What met another version is read before it is written again.
    wake: (state, _event, now) => (state.memory.conflicts > 0 ? verify : renew)(state, now),
    read: never,
    watched: heed,
    written: never,
    failed: never,
    deadline: overdue,
    stop: ({ memory }, _event, now) => ({ state: { kind: "releasing", memory, since: now }, activity: reading(memory) }),
  },
  releasing: {
    wake: (state) => ({ state, activity: reading(state.memory) }),
    read: (state, { lease }, now) => release(state, observed(state.memory, lease, now)),
    watched: note,
    written: (state, { lease }, now) => {
      const memory = observed(state.memory, lease, now);
      return holderOf(memory.seen) === memory.identity ? release(state, memory) : end(memory, "released");
    },
    failed: (state, { error }, now) => {
      const memory = failedAt("write", { ...state.memory, asked: now }, error);
      return { state: { ...state, memory }, activity: memory.conflicts === 1 ? reading(memory) : untilRetry(memory, now) };
    },
    deadline: ({ memory }) => end(memory, "unreleased"),
    stop: stay,
  },
  ended: {
    wake: stay,
    read: stay,
    watched: stay,
    written: stay,
    failed: stay,
    deadline: stay,
    stop: stay,
  },
};
