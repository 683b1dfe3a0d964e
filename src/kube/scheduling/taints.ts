import type { Taint } from "../node.ts";
import type { Toleration } from "../pod.ts";
import { toleratedBy } from "../toleration.ts";

/** The first taint that keeps the pod away; PreferNoSchedule keeps nobody. */
export function untoleratedTaint(tolerations: readonly Toleration[], taints: readonly Taint[]): Taint | undefined {
  return taints.find((taint) => taint.effect !== "PreferNoSchedule" && !toleratedBy(taint, tolerations));
}
