import type { KubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import type { Clock, Instant, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";

/** Which node: the Lease is named after it and belongs to it, so that it goes with the Node. */
export interface LeasedNode {
  readonly name: string;
  readonly uid: string;
}

/** Whose lease, and where. */
export interface NodeLeaseTerms {
  /** Default "node-maintenance", by which medik8s' operators know a node in maintenance. */
  readonly holder?: string;
  /** Default "medik8s-leases". Created where it is missing. */
  readonly namespace?: string;
  /** How long it holds without a renewal. Whole seconds. Default one hour. */
  readonly duration?: Millis;
}

export interface NodeLeaseCalls {
  readonly api: Pick<KubeApi, "get" | "create" | "patch" | "remove" | "serverTime">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface KeptNodeLeaseCalls extends NodeLeaseCalls {
  readonly random: Random;
}

/** What came of one attempt to have the lease. All times are the server's. */
export type NodeLeaseOutcome =
  /** Ours until then. Ask again no later than `renewAt`. */
  | { readonly kind: "held"; readonly until: Instant; readonly renewAt: Instant }
  /** Somebody else's, who holds it until then unless they renew it. */
  | { readonly kind: "foreign"; readonly holder: string; readonly until: Instant }
  /** No answer that says whose it is: nothing is lost by this. `since`: when it was asked for. */
  | { readonly kind: "failed"; readonly error: KubeError; readonly since: Instant };

export type NodeLeaseRelease =
  | { readonly kind: "released" }
  | { readonly kind: "absent" }
  /** Somebody else's, and left alone, even where it has run out. */
  | { readonly kind: "foreign"; readonly holder: string }
  | { readonly kind: "failed"; readonly error: KubeError };

/** How a lease that is kept stands. */
export type NodeLeaseStatus =
  | { readonly kind: "asking" }
  | { readonly kind: "held"; readonly until: Instant }
  /** `lost`: it was ours before. */
  | { readonly kind: "foreign"; readonly holder: string; readonly until: Instant; readonly lost: boolean }
  /** Calls fail, since then. `until`: ours until then, whatever the calls say; absent where it is not ours as far as is known. */
  | { readonly kind: "failed"; readonly error: KubeError; readonly since: Instant; readonly until?: Instant }
  /** Ours ran out at `since`, by the server's time, and could not be renewed. Asked for on and on. */
  | { readonly kind: "lapsed"; readonly since: Instant; readonly error: KubeError };

/** A lease that is asked for until it is ours, and then renewed until it is released. */
export interface KeptNodeLease extends AsyncDisposable {
  readonly status: NodeLeaseStatus;
  /** Told of every change of kind, holder or error code. Called synchronously; a throw is a bug and ends the process. */
  onChange(listener: (status: NodeLeaseStatus) => void): Disposable;
  /** Something was seen of it: ask now, unless a request is under way or the last one began less than a second ago. */
  nudge(): void;
  /** Ends the renewals and deletes it where it is ours. */
  release(): Promise<NodeLeaseRelease>;
  /** Ends the renewals and leaves the Lease as it is: another process may go on with it. */
  [Symbol.asyncDispose](): Promise<void>;
}
