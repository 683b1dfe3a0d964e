import type { PodRef } from "../plan/refs.ts";
import type { Instant } from "../runtime/clock.ts";

/** What the API shows of the pod that took a moved one's place, as last seen. */
export type Whereabouts =
  | { readonly kind: "running"; readonly node: string }
  /** On a node, and not Ready yet. */
  | { readonly kind: "starting"; readonly node: string; readonly since?: Instant }
  /** `message`: the scheduler's own words, where it said any. */
  | { readonly kind: "pending"; readonly since?: Instant; readonly message?: string }
  | { readonly kind: "not-replaced"; readonly why: NotReplaced; readonly message?: string }
  | { readonly kind: "unknown"; readonly why: "not-watched" | "not-seen" };

export type NotReplaced =
  /** Nothing manages it. */
  | "no-controller"
  /** Its controller is gone. */
  | "owner-gone"
  /** Its controller wants no more than there are. */
  | "scaled-down"
  /** Its Job has ended, or is suspended. */
  | "job-over"
  /** Its controller cannot make one; the message says why (a quota, an admission webhook). */
  | "refused";

export interface Replacement {
  readonly moved: PodRef;
  /** The pod that took its place. */
  readonly by?: PodRef;
  readonly where: Whereabouts;
}

/** Where the pods of one workload went. */
export interface Destination {
  readonly namespace: string;
  /** As its product calls it: "Deployment", "StatefulSet", "Notebook". */
  readonly kind: string;
  readonly name: string;
  readonly pods: readonly Replacement[];
}
