import type { Range, StepId } from "./step.ts";

/** How a drain goes about several nodes. No part of a plan's identity: it decides when, not what. */
export interface Pace {
  /** Nodes that are emptied at the same time. */
  readonly parallel: number;
}

/** One node after another, as kubectl does. */
export const oneByOne: Pace = { parallel: 1 };

/** When what is planned will have happened, all counted from now. Made anew from a later view it says what remains. */
export interface Forecast {
  /** Until each pod is gone. Steps that nothing moves have none. */
  readonly steps: ReadonlyMap<StepId, Range>;
  /** Until nothing of the plan is left on each node. */
  readonly nodes: ReadonlyMap<string, Range>;
  /** Until the last node has its verdict. */
  readonly whole: Range;
}
