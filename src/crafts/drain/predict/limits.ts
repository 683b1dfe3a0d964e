import type { ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import { addRanges, eachLevel } from "../../../plan/range.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Range, Step } from "../../../plan/step.ts";
import type { Millis } from "../../../runtime/clock.ts";
import { isBoundByDeadline } from "../deadline.ts";

/** What a kubelet takes beyond the grace period. */
const aftermath: Millis = 2_000;

/**
 * When the pod is gone at the latest, whatever holds it, because the request does not wait for ever: by a deadline, ahead of which it is
 * deleted so that its grace fits, or by the taint that follows the evictions. Both count from the first eviction, which comes with the cordon.
 *
 * @param end from the request until it is gone
 */
export function latestOf(step: Step, pod: PodView, end: Range, view: ClusterView, request: PlanRequest): Range | undefined {
  const since = view.cordonAcknowledged(step.node);
  const elapsed = since === undefined ? 0 : view.asOf - since;
  const limits = [byDeadline(step, pod, end, elapsed, request), byTaint(step, end, elapsed, request)].flatMap((range) => range ?? []);
  return limits.length === 0 ? undefined : eachLevel((level) => Math.min(...limits.map((range) => range[level])));
}

function byDeadline(step: Step, pod: PodView, end: Range, elapsed: Millis, { deadline, grace }: PlanRequest): Range | undefined {
  if (deadline === undefined || !isBoundByDeadline({ action: step.action, code: step.reason.code })) return undefined;
  const rest = Math.max(0, deadline - elapsed);
  const deletedAt = Math.max(0, rest - (grace ?? pod.terminationGraceSeconds * 1000));
  const latest = rest + aftermath;
  return { low: Math.min(deletedAt + end.low, latest), likely: Math.min(deletedAt + end.likely, latest), high: latest };
}

function byTaint(step: Step, end: Range, elapsed: Millis, { mode, taintAfter }: PlanRequest): Range | undefined {
  if (mode !== "EvictThenTaint" || taintAfter === undefined || step.byTaint === undefined) return undefined;
  const at = Math.max(0, taintAfter - elapsed) + step.byTaint * 1000;
  return addRanges({ low: at, likely: at, high: at }, end);
}
