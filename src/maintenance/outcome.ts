import type { Blocker } from "../plan/finding.ts";
import type { Refusal } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import type { Args } from "../plan/step.ts";
import type { Forced } from "../execution/progress.ts";
import type { PodRef } from "../plan/refs.ts";
import type { Fixes } from "../plan/fix.ts";
import type { Destination } from "./destination.ts";

/** Which nodes are meant: names as typed, or a label selector. Exactly one of the two is non-empty. */
export interface NodeChoice {
  readonly names: readonly string[];
  readonly selector?: string;
}

export type { Refusal } from "../plan/judge.ts";

/** A permission that the work needs and this identity lacks. */
export interface MissingPermission {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  /** The server's own words, where it gave some. */
  readonly reason?: string;
}

export type NodeState =
  | "drained"
  /** Nothing of the plan is left, but not all of it is proven (a kubelet did not confirm, the node is gone). */
  | "unproven"
  /** Cordoned, as asked by mode CordonOnly. */
  | "cordoned"
  | "uncordoned"
  /** kubectl's three words for what became of its taints. */
  | "tainted"
  | "untainted"
  | "modified"
  /** All that is left can never go by itself. */
  | "blocked"
  | "timed-out"
  | "interrupted"
  | "failed"
  /** Nothing was changed on it. */
  | "untouched";

/** What `--on-failure=uncordon` did: or whose cordon, or which other holder, kept it from doing it. */
export type AfterFailure =
  | { readonly kind: "uncordoned" }
  | { readonly kind: "kept"; readonly why: "foreign" | "held" | "left-out" | "unreadable" | "failed"; readonly by: readonly string[] };

export interface NodeOutcome {
  readonly node: string;
  readonly state: NodeState;
  /** Is it unschedulable now, as far as we last saw, and was that us? */
  readonly cordoned: "by-us" | "by-others" | "no" | "unknown";
  readonly moved: number;
  readonly left: readonly PodRef[];
  readonly blockers: readonly Blocker[];
  /** The taint asked for ("runai=drain:NoExecute") is on it: the cluster goes on deleting what does not tolerate it. */
  readonly taint?: { readonly text: string; readonly by: "us" | "others" };
  /** Volumes that were left attached to it: "PV (claim NAMESPACE/NAME)". */
  readonly attached?: readonly string[];
  /** Pods that were deleted ahead of the deadline, past budgets: when, and with how much grace. */
  readonly forced?: readonly Forced[];
  readonly afterFailure?: AfterFailure;
  /** Where the workloads of the pods that went are now; of what was begun only. */
  readonly destinations?: readonly Destination[];
  readonly error?: { readonly code: string; readonly args: Args };
}

/** How an asked-for work ended. `nothing touched` holds for every kind before "finished". */
export type Outcome =
  | { readonly kind: "no-such-node"; readonly names: readonly string[]; readonly near: Readonly<Record<string, string | undefined>> }
  | { readonly kind: "no-node-selected"; readonly selector: string }
  | { readonly kind: "denied"; readonly missing: readonly MissingPermission[] }
  | { readonly kind: "refused"; readonly plan: Plan; readonly refusals: readonly Refusal[] }
  /** Stopped, or out of time, before the first change. */
  | { readonly kind: "stopped-before"; readonly why: "interrupted" | "timed-out" | "declined" }
  | { readonly kind: "finished"; readonly plan?: Plan; readonly nodes: readonly NodeOutcome[] };

export type PreviewOutcome =
  | Exclude<Outcome, { readonly kind: "finished" | "refused" }>
  | { readonly kind: "previewed"; readonly plan: Plan; readonly refusals: readonly Refusal[]; readonly fixes?: Fixes };
