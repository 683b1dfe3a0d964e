import type { Millis } from "../../runtime/clock.ts";
import type { KubeError } from "../errors.ts";
import { seed } from "./moves.ts";
import { bookmarkDue } from "./pace.ts";
import type { Event, Memory, Next, State } from "./state.ts";
import { transitions } from "./transitions.ts";

/** What the owner of a reflector is told of it. */
export interface ReflectorStatus {
  /**
   * "starting": no complete state yet. "live": the watch is open. "reconnecting": complete, but getting older. "polling": watching is
   * denied, listed every 5 s. "denied": listing is denied.
   */
  readonly kind: "starting" | "live" | "reconnecting" | "polling" | "denied";
  /** Since when, on the clock's monotonic scale. */
  readonly since: Millis;
  /** The last thing that went wrong; absent once all is well again. */
  readonly lastError?: KubeError;
}

const beginning: Memory = {
  version: undefined,
  seedBy: "watch-list",
  detour: false,
  whole: false,
  watchDenied: false,
  listDenied: false,
  probeAt: 0,
  asked: 0,
  streak: 0,
  troubleSince: undefined,
  lastError: undefined,
  reseeds: 0,
  reseededAt: undefined,
  barren: 0,
  olderBookmarks: 0,
  refused: undefined,
};

export function begin(now: Millis): Next {
  return seed(beginning, now);
}

/** The whole behaviour of a reflector: pure, total, never throws. */
export function step(state: State, event: Event, now: Millis): Next {
  // The table is typed cell by cell; that the cell found is the one for this state and this event is what indexing does.
  const cell = transitions[state.kind][event.type] as (state: State, event: Event, now: Millis) => Next;
  return cell(state, event, now);
}

/** After so long without a sign of life the present request is cut. @param deadline what the owner set */
export function idleAfter(state: State, deadline: Millis): Millis {
  return state.kind === "watching" && state.renewed ? Math.max(deadline, bookmarkDue) : deadline;
}

export function statusKindOf(state: State): ReflectorStatus["kind"] {
  const { memory } = state;
  if (memory.listDenied) return "denied";
  if (memory.version === undefined) return "starting";
  if (memory.watchDenied) return "polling";
  if (state.kind === "watching") return "live";
  // A watch that ended in good order is followed at once: nothing to report, unless it takes long.
  return state.kind === "opening" && memory.streak === 0 ? "live" : "reconnecting";
}
