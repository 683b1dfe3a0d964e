import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Instant } from "../runtime/clock.ts";
import type { Blocker, Finding, Proof } from "./finding.ts";
import type { Command } from "./command.ts";
import type { Proposal } from "./fix.ts";
import type { Forecast, Pace } from "./forecast.ts";
import type { NodePlan, Plan } from "./plan.ts";
import type { PlanRequest } from "./request.ts";
import type { Step } from "./step.ts";

export interface Contribution<C extends string = string> {
  readonly steps: readonly Step<C>[];
  readonly findings: readonly Finding<C>[];
}

/** What the executor remembers of a step between passes. It may be lost at any time: nothing may depend on it for safety. */
export interface StepMemory {
  readonly attempts: number;
  /** Requests of this step that the server accepted within the last ten minutes. */
  readonly acceptedLately: number;
  /** When the step, as it is decided now, was first found unfinished. */
  readonly since: Instant;
  /** When the server last accepted a request of this step, and the version of the object that it answered with. */
  readonly acceptedAt?: Instant;
  readonly acceptedVersion?: string;
  /** When the first pod of the step's node was asked about: its evictions began then. */
  readonly evacuatingSince?: Instant;
  /** When what is left on the step's node is to have ended (`request.deadline`), once its evictions have begun and it may be kept. */
  readonly deadlineAt?: Instant;
  /** When the server last accepted a deletion ahead of that. */
  readonly deletedAt?: Instant;
}

/** What to do about a step now. */
export type Advance<C extends string = string> =
  /** `dueAt`: more is done then, whatever is in the way until then. */
  | { readonly kind: "act"; readonly commands: readonly Command[]; readonly dueAt?: Instant }
  | { readonly kind: "wait"; readonly blockers: readonly Blocker<C>[]; readonly wakeAt?: Instant; readonly dueAt?: Instant }
  /** `wakeAt`: there may be more to do about it then, though nothing changes. */
  | { readonly kind: "done"; readonly proof: Proof<C>; readonly wakeAt?: Instant };

/**
 * One of the things that must happen on a node's way out or back. All three functions are pure and synchronous;
 * planners read no clock (the view carries `asOf`), so that preview and act cannot differ.
 */
export interface Craft<C extends string = string> {
  readonly name: string;
  plan(view: ClusterView, request: PlanRequest): Contribution<C>;
  advance(step: Step<C>, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<C>;
  /** How long the steps of all crafts take from now on, as far as this one can tell. Not asked in a pass: nothing is decided by it. */
  predict?(nodes: readonly NodePlan[], view: ClusterView, request: PlanRequest, pace: Pace): Forecast;
  /** Changes that somebody may make so that this plan can go on, or goes on faster. */
  propose?(plan: Plan, view: ClusterView): readonly Proposal[];
}
