import type { SpecChange } from "../kube/budget-change.ts";
import type { Budget } from "../kube/budget.ts";
import type { PodRef } from "./refs.ts";
import type { Range } from "./step.ts";

/** Why a budget should be changed: what it does to the drain as it is. */
export type FixReason =
  /** It can never allow one of these pods to go. */
  | "never-allows"
  /** The pods go one round after another, and these rounds take most of the time. */
  | "sets-the-pace"
  /** These pods are not Ready, and wait for others to be so. */
  | "not-ready-waits"
  /** These pods are under another budget as well, and the server evicts none that has two. */
  | "two-budgets";

/** A change of one budget that somebody may make. Nothing here is ever made by itself. */
export interface Proposal {
  readonly reason: FixReason;
  readonly budget: Budget;
  readonly change: SpecChange;
  /** The budget as it would be. */
  readonly changed: Budget;
  /** Whom it is for. */
  readonly pods: readonly PodRef[];
  /** With `two-budgets`: the other one, under which they stay. */
  readonly other?: string;
}

/** A proposal with what it is worth: the plan composed again as if it were made. */
export interface Fix extends Proposal {
  /** How many more pods can go with it. */
  readonly frees: number;
  /** Until the pods under this budget are gone, without and with it. */
  readonly own: { readonly before: Range; readonly after: Range };
  /** Until the drain has ended, with it alone. */
  readonly after: Range;
}

export interface Fixes {
  readonly fixes: readonly Fix[];
  /** Until the drain ends as things are; of what can go. */
  readonly before: Range;
  /** Until it ends with all of them. */
  readonly together: Range;
  /** Pods that can never go as things are, and with all of them. */
  readonly stuck: { readonly before: number; readonly after: number };
}
