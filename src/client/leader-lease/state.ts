import type { Lease, LeaseSpec } from "../../kube/lease.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { KubeError } from "../errors.ts";
import type { LeaderLeaseEnd, LeaseTiming, StopReason } from "./contract.ts";

/** The record as it was last seen, and when by our own clock: stamps of others are never compared with it. */
export type Seen =
  | { readonly kind: "record"; readonly spec: LeaseSpec; readonly version: string; readonly changedAt: Millis }
  /** There is none. `freeAt`: whoever held it before may still act until then. */
  | { readonly kind: "absent"; readonly version: string | undefined; readonly freeAt: Millis };

/** What is remembered across states. All times are monotonic. */
export interface Memory {
  readonly identity: string;
  readonly timing: LeaseTiming;
  readonly seen: Seen | undefined;
  /** A write of ours had no clear answer: it may have been applied, now or later. */
  readonly unsure: boolean;
  /** When the last request was begun. */
  readonly asked: Millis;
  /** Writes in a row that met another version of the record. */
  readonly conflicts: number;
  readonly lastError: KubeError | undefined;
}

interface In<K extends string> {
  readonly kind: K;
  readonly memory: Memory;
}
/** `renewed`: the start of the last renewal that succeeded, from which the deadline is counted. */
interface Leading<K extends string> extends In<K> {
  readonly renewed: Millis;
}

export interface States {
  /** The record is being read. */
  readonly reading: In<"reading">;
  /** Somebody else holds it: waiting for the end of that. */
  readonly following: In<"following">;
  /** A create or an update that would make us the holder is under way. */
  readonly taking: In<"taking">;
  /** An attempt failed: waiting to read again. */
  readonly pausing: In<"pausing">;
  /** Leader, waiting for the next renewal. */
  readonly leading: Leading<"leading">;
  /** Leader, a renewal is under way. */
  readonly renewing: Leading<"renewing">;
  /** Leader, reading whose the record is after a renewal met another version. */
  readonly verifying: Leading<"verifying">;
  /** Leader, an attempt failed: waiting to renew again. */
  readonly recovering: Leading<"recovering">;
  /** No leader any more by our own will, giving the lease back. */
  readonly releasing: In<"releasing"> & { readonly since: Millis };
  /** `why`: what ended leadership, if there was any. */
  readonly ended: In<"ended"> & { readonly end: LeaderLeaseEnd; readonly why: StopReason };
}
export type StateKind = keyof States;
export type State = States[StateKind];
export type LeaderState = States["leading" | "renewing" | "verifying" | "recovering"];

export interface Events {
  /** The wait of the present activity is over. */
  readonly wake: { readonly type: "wake" };
  /** Undefined: there is no such Lease. */
  readonly read: { readonly type: "read"; readonly lease: Lease | undefined };
  /** The watch tells the same, as of `version`. */
  readonly watched: { readonly type: "watched"; readonly lease: Lease | undefined; readonly version: string };
  readonly written: { readonly type: "written"; readonly lease: Lease };
  readonly failed: { readonly type: "failed"; readonly error: KubeError };
  /** `deadlineOf` the state has come. */
  readonly deadline: { readonly type: "deadline" };
  readonly stop: { readonly type: "stop" };
}
export type EventType = keyof Events;
export type Event = Events[EventType];

/** What a write says. The driver adds the time stamps. */
export interface Claim {
  /** "" gives the lease back. */
  readonly holder: string;
  readonly durationSeconds: number;
  /** Present where the holder changes: acquireTime is stamped anew then. */
  readonly transitions?: number;
}

/** What goes on in a state: one request or wait at most. Beginning one ends the one before. */
export type Activity =
  /** A request that has no answer after `patience` has failed. */
  | { readonly do: "read"; readonly patience: Millis }
  | { readonly do: "create"; readonly claim: Claim; readonly patience: Millis }
  /** Only if the Lease still has this version. */
  | { readonly do: "update"; readonly claim: Claim; readonly version: string; readonly patience: Millis }
  /** Evenly random between the two. */
  | { readonly do: "wait"; readonly floor: Millis; readonly cap: Millis }
  | { readonly do: "nothing" };

export interface Next {
  readonly state: State;
  /** Absent: the present activity goes on. */
  readonly activity?: Activity;
}
