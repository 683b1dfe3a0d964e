import type { Instant } from "../runtime/clock.ts";
import type { Finding } from "./finding.ts";
import type { PlanRequest } from "./request.ts";
import type { Range, Step } from "./step.ts";

export interface NodePlan {
  readonly node: string;
  /** In the order of execution: stage, wave, rank, then name. */
  readonly steps: readonly Step[];
  /** Until nothing of the plan is left on it, counted from the beginning of the whole. */
  readonly predicted: Range;
}

/** A budget that some step of the plan spends, and how far its present status reaches. */
export interface BudgetUse {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** Pods of the plan under it. */
  readonly pods: number;
  readonly predicted: Range;
}

/** All decisions and findings for one or several nodes. */
export interface Plan {
  readonly asOf: Instant;
  readonly request: PlanRequest;
  readonly nodes: readonly NodePlan[];
  readonly budgets: readonly BudgetUse[];
  readonly findings: readonly Finding[];
  /** Until the last node has its verdict. */
  readonly predicted: Range;
  /** Covers codes, arguments and subjects; never words or times. */
  readonly hash: string;
}
