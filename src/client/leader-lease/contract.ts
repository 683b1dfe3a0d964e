import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { KubeError } from "../errors.ts";
import type { KubeApi } from "../kube-api.ts";

/** As client-go's LeaderElectionConfig; all in milliseconds. `retryPeriod` × 1.2 < `renewDeadline` < `leaseDuration`. */
export interface LeaseTiming {
  /** How long others wait, from when they last saw the record change, before they take it. Whole seconds. Default 15 s. */
  readonly leaseDuration: Millis;
  /** A leader stops acting so long after the START of its last successful renewal. Default 10 s. */
  readonly renewDeadline: Millis;
  /** From one renewal, or failed attempt, to the next. Default 2 s. */
  readonly retryPeriod: Millis;
}

export interface LeaderLeaseOptions {
  /** With get, create, patch, list and watch of Leases in the namespace. */
  readonly api: Pick<KubeApi, "get" | "create" | "patch" | "list" | "watch">;
  readonly namespace: string;
  readonly name: string;
  /** Of this one process: two that run at once must never share it (`uniqueIdentity`). */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing?: Partial<LeaseTiming>;
  /** Aborting it is the same as disposing of the lease. */
  readonly signal?: AbortSignal;
}

/**
 * Why a leader is none any more. "released": by its own will. "deadline": no renewal succeeded in time. "taken": the record names somebody
 * else.
 */
export type StopReason = "released" | "deadline" | "taken";

export type LeaderChange =
  /** `signal` aborts when leadership ends: give it to everything that only a leader does. */
  | { readonly kind: "started"; readonly signal: AbortSignal }
  | { readonly kind: "stopped"; readonly why: StopReason }
  /** Somebody is seen to hold it, this process included; undefined: nobody does. */
  | { readonly kind: "leader"; readonly identity: string | undefined }
  /** A call failed with another code than the one before; it goes on trying. */
  | { readonly kind: "trouble"; readonly error: KubeError };

/**
 * "released": given back, or never held. "unreleased": ended by its own will, but the server could not be told; others wait until it runs
 * out. "lost": it was leader and is none any more; whoever led shall end its process.
 */
export type LeaderLeaseEnd = "released" | "unreleased" | "lost";

export interface LeaderLease extends AsyncDisposable {
  /** May this process act now? Ask right before each act: the answer is worked out from the clock each time. */
  readonly isLeader: boolean;
  /** Who was last seen to hold it. */
  readonly leader: string | undefined;
  /** Never rejects. */
  readonly ended: Promise<LeaderLeaseEnd>;
  /** Called synchronously, in order; nothing is told before `startLeaderLease` has returned. A throw is a bug and ends the process. */
  onChange(listener: (change: LeaderChange) => void): Disposable;
  /** Stops being leader at once, gives the lease back, and resolves with `ended`. End what only a leader does before. */
  [Symbol.asyncDispose](): Promise<void>;
}
