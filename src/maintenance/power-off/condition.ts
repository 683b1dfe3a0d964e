import type { Args, Evidence } from "../../plan/step.ts";
import type { PowerOffCode } from "./codes.ts";

/**
 * "unknown": what would show it could not be read, or was not watched. It is never counted as fine. "none": there is nothing of the kind in
 * this cluster, and that was read.
 */
export type Holds = "yes" | "no" | "unknown" | "none";

/** One thing that must hold, with what shows that it does or does not. */
export interface Condition {
  readonly code: PowerOffCode;
  readonly holds: Holds;
  readonly args: Args;
  readonly evidence: readonly Evidence[];
}

/** All of them hold, or do not apply; "no" weighs more than "unknown". */
export function answerOf(conditions: readonly Condition[]): "yes" | "no" | "unknown" {
  if (conditions.some(({ holds }) => holds === "no")) return "no";
  return conditions.some(({ holds }) => holds === "unknown") ? "unknown" : "yes";
}
