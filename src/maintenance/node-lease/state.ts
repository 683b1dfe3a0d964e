import type { KubeError } from "../../client/errors.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import type { NodeLeaseOutcome, NodeLeaseRelease, NodeLeaseStatus } from "./contract.ts";

/** What is remembered across states. All times are the server's, as our clock tells them. */
export interface Memory {
  readonly status: NodeLeaseStatus;
  /** Ours until then, unless an answer has said otherwise. */
  readonly until: Instant | undefined;
  /** It was ours once. */
  readonly had: boolean;
  /** When the last request was begun. */
  readonly asked: Instant;
  /** In a row. */
  readonly failures: number;
  /** Something was seen of it while a request was under way that may have come before. */
  readonly nudged: boolean;
}

interface In<K extends string> {
  readonly kind: K;
  readonly memory: Memory;
}

export interface States {
  readonly asking: In<"asking">;
  readonly waiting: In<"waiting">;
  /** Gives it back, once the request under way has its answer: what it writes must not come after. */
  readonly releasing: In<"releasing">;
  readonly ended: In<"ended"> & { readonly release: NodeLeaseRelease | undefined };
}
export type StateKind = keyof States;
export type State = States[StateKind];

export interface Events {
  readonly answered: { readonly type: "answered"; readonly outcome: NodeLeaseOutcome };
  /** The wait is over. */
  readonly wake: { readonly type: "wake" };
  readonly nudge: { readonly type: "nudge" };
  /** `lapseOf` the state has come. */
  readonly lapse: { readonly type: "lapse"; readonly error: KubeError };
  readonly release: { readonly type: "release" };
  readonly released: { readonly type: "released"; readonly release: NodeLeaseRelease };
  readonly stop: { readonly type: "stop" };
}
export type EventType = keyof Events;
export type Event = Events[EventType];

export type Activity =
  | { readonly do: "request" }
  | { readonly do: "release" }
  /** Evenly random between the two. */
  | { readonly do: "wait"; readonly floor: Millis; readonly cap: Millis }
  | { readonly do: "nothing" };

export interface Next {
  readonly state: State;
  /** Absent: the present activity goes on. */
  readonly activity?: Activity;
}
