import type { SharedSources } from "../cluster/live/shared-sources.ts";
import type { Holder } from "../cluster/view/holder.ts";
import type { SharedAccounts } from "../execution/executor.ts";
import type { NodeProgress } from "../execution/progress.ts";
import type { Consent } from "../plan/consent.ts";
import type { Refusal } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { Range } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";
import type { Surroundings } from "./work.ts";

/** What is wanted of one node. `key` changes when any of it does: then what is planned is planned anew, and what is known stays. */
export interface SessionOrder {
  readonly key: string;
  readonly request: Omit<PlanRequest, "nodes">;
  readonly allow: ReadonlySet<Consent>;
}

export interface SessionOptions {
  readonly s: Surroundings;
  readonly node: string;
  readonly holder: Holder;
  readonly order: SessionOrder;
  readonly shared: SharedSources;
  readonly accounts: SharedAccounts;
  /** Something happened: make a pass. */
  readonly wake: () => void;
}

export interface SessionState {
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
  readonly progress: NodeProgress | undefined;
  /** Until nothing of the plan is left, from `at` on. */
  readonly remaining: { readonly at: Instant; readonly range: Range } | undefined;
  /** All that are on the node, those that stay too. */
  readonly podsOnNode: number;
  /** No request is under way. */
  readonly isIdle: boolean;
  readonly wakeAt: Instant | undefined;
}
