import type { PodView } from "../../../cluster/view/cluster-view.ts";
import { addRanges, eachLevel, never, nothing } from "../../../plan/range.ts";
import type { Range } from "../../../plan/step.ts";

/** Detaching a volume here and attaching it there, beside what a start with it takes anyway (V). */
export const volumeMove: Range = { low: 0, likely: 3_000, high: 60_000 };

/** How long an eviction keeps its place in the budget. */
export function holdOf(pod: PodView, start: Range, end: Range, lag: Range): Range {
  const kind = pod.controller?.kind;
  // Nothing takes the place of a pod that nobody manages, and the budget gets no pod back.
  if (kind === undefined || kind === "DaemonSet") return never;
  // A StatefulSet makes the next only when the former is gone, by the same name, and its volumes must come along (G + V + R).
  if (kind === "StatefulSet") return addRanges(end, pod.claims.length > 0 ? volumeMove : nothing, start, lag);
  // A terminating pod neither counts as healthy nor keeps its replacement from starting: G overlaps R. But a volume that one node may have
  // at a time (ReadWriteOnce) is free only when the pod is gone; which kind of volume it is, a pod does not tell.
  if (pod.claims.length === 0) return addRanges(start, lag);
  const behind = addRanges(end, volumeMove, start, lag);
  return eachLevel((level) => (level === "low" ? start.low + lag.low : behind[level]));
}
