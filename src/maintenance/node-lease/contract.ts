import type { KubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import type { Clock, Instant, Millis } from "../../runtime/clock.ts";

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

/** What came of one attempt to have the lease. All times are the server's. */
export type NodeLeaseOutcome =
  /** Ours until then. Ask again no later than `renewAt`. */
  | { readonly kind: "held"; readonly until: Instant; readonly renewAt: Instant }
  /** Somebody else's, who holds it until then unless they renew it. */
  | { readonly kind: "foreign"; readonly holder: string; readonly until: Instant }
  /** No answer that says whose it is. Nothing is lost by this. `since`: the first such failure in a row. */
  | { readonly kind: "failed"; readonly error: KubeError; readonly since: Instant };

export type NodeLeaseRelease =
  | { readonly kind: "released" }
  /** There is none, or it was somebody else's by now and is left alone. */
  | { readonly kind: "absent" }
  | { readonly kind: "foreign"; readonly holder: string }
  | { readonly kind: "failed"; readonly error: KubeError };

/** How a lease that is kept stands. */
export type NodeLeaseStatus =
  | { readonly kind: "asking" }
  | { readonly kind: "held"; readonly until: Instant }
  /** `lost`: it was ours before. */
  | { readonly kind: "foreign"; readonly holder: string; readonly until: Instant; readonly lost: boolean }
  /** Calls fail. `until`: ours until then, whatever the calls say; absent where it never was. */
  | { readonly kind: "failed"; readonly error: KubeError; readonly since: Instant; readonly until?: Instant }
  /** Ours ran out at `since`, by the server's time, and could not be renewed. */
  | { readonly kind: "lapsed"; readonly since: Instant; readonly error: KubeError };

/** A lease that is renewed until it is released. */
export interface KeptNodeLease extends AsyncDisposable {
  readonly status: NodeLeaseStatus;
  /** Told of every change of kind, holder or error code. */
  onChange(listener: (status: NodeLeaseStatus) => void): Disposable;
  /** Ends the renewals and deletes it where it is ours. */
  release(): Promise<NodeLeaseRelease>;
  /** Ends the renewals and leaves the Lease as it is: another process may go on with it. */
  [Symbol.asyncDispose](): Promise<void>;
}
