import type { Status } from "../../kube/status.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { KubeError } from "../errors.ts";

/** What is remembered across states. All times are monotonic. */
export interface Memory {
  /** The newest version known to be covered by the copy: a watch may go on from it. Undefined until the first complete state. */
  readonly version: string | undefined;
  /** "list" once the server has shown that it has no watch-lists. Never goes back. */
  readonly seedBy: "watch-list" | "list";
  /** The next seed is a list, this once: the last watch-list broke off. */
  readonly detour: boolean;
  /** List without pages: the version of a paged list expired before its last page. */
  readonly whole: boolean;
  readonly watchDenied: boolean;
  readonly listDenied: boolean;
  /** While the watch is denied: when it is tried again. */
  readonly probeAt: Millis;
  /** When the last request was begun. */
  readonly asked: Millis;
  /** Attempts in a row that failed or did not hold. Measures the back-off. */
  readonly streak: number;
  /** Since when the server has given no good answer. */
  readonly troubleSince: Millis | undefined;
  readonly lastError: KubeError | undefined;
  /** Whole states that a fault of the stream made us ask for, one soon after the other, and when the last was. */
  readonly reseeds: number;
  readonly reseededAt: Millis | undefined;
  /** Watches in a row, from one version, that brought nothing which confirms it. */
  readonly barren: number;
  /** Bookmarks in a row that are older than `version`. */
  readonly olderBookmarks: number;
  /** Whole states refused in a row because they are older than what we have, and since when. */
  readonly refused: { readonly count: number; readonly since: Millis } | undefined;
}

interface In<K extends string> {
  readonly kind: K;
  /** When this state was entered. */
  readonly since: Millis;
  readonly memory: Memory;
}

export interface States {
  /** A watch-list is open, its initial state not complete yet. */
  readonly gathering: In<"gathering">;
  /** A list is being read. */
  readonly listing: In<"listing">;
  /** A watch was asked for, the server has not accepted it yet. `renewed`: in the place of one that was open and quiet. */
  readonly opening: In<"opening"> & { readonly renewed: boolean };
  /** A watch is open. `renewed`: in the place of a quiet one, and it has told nothing yet. */
  readonly watching: In<"watching"> & { readonly progress: boolean; readonly renewed: boolean };
  /** Nothing is asked for until a back-off has passed. */
  readonly waiting: In<"waiting"> & { readonly next: "seed" | "watch" };
  /** Watching is denied: waiting to list again. */
  readonly polling: In<"polling">;
  /** Listing is denied: waiting to try again. */
  readonly denied: In<"denied">;
  /** Disposed of. The only end. */
  readonly stopped: In<"stopped">;
}
export type StateKind = keyof States;
export type State = States[StateKind];

export interface Events {
  /** The timer of the present activity ran out. */
  readonly wake: { readonly type: "wake" };
  /** The owner wants the copy checked now. */
  readonly nudge: { readonly type: "nudge" };
  /** The server accepted the watch. */
  readonly opened: { readonly type: "opened" };
  /** Events that are new to the copy, up to this version. */
  readonly changed: { readonly type: "changed"; readonly version: string };
  readonly bookmark: { readonly type: "bookmark"; readonly version: string };
  /** A whole state is in hand: the last page of a list, or the bookmark that ends an initial state. */
  readonly gathered: { readonly type: "gathered"; readonly version: string };
  /** An ERROR event within a stream. */
  readonly error: { readonly type: "error"; readonly status: Status };
  /** The stream ended without an error, or a list without its last page. */
  readonly ended: { readonly type: "ended" };
  /** The request threw. */
  readonly failed: { readonly type: "failed"; readonly error: KubeError };
  /** Nothing was heard for the idle deadline. */
  readonly idle: { readonly type: "idle" };
  readonly stop: { readonly type: "stop" };
}
export type EventType = keyof Events;
export type Event = Events[EventType];

/** A wait, evenly random between two bounds. */
export interface Delay {
  readonly floor: Millis;
  readonly cap: Millis;
}

/** What goes on in a state. There is always exactly one: beginning an activity ends the one before, its request and its timer. */
export type Activity =
  | { readonly do: "gather" }
  | { readonly do: "list"; readonly whole: boolean }
  /** `patience`: an opening longer than this is worth a `wake`. */
  | { readonly do: "watch"; readonly from: string; readonly patience: Millis }
  | { readonly do: "wait"; readonly delay: Delay; readonly background: boolean }
  | { readonly do: "nothing" };

/** Why there is no first whole state yet. */
export type Setback = { readonly denied: KubeError } | { readonly failed: KubeError };

/** The result of a transition: values only, carried out by the driver in the order of these members. */
export interface Next {
  readonly state: State;
  /** Hand the gathered state, or the changes just admitted, to the sink. */
  readonly deliver?: "gathered" | "changes";
  readonly tell?: Setback;
  /** Absent: the present activity goes on. */
  readonly activity?: Activity;
}
