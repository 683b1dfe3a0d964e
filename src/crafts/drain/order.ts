import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { Decision } from "./decision.ts";

/** Of system-cluster-critical and above (scheduling.k8s.io: 2000000000); classes of users end at half of it. */
export const infrastructurePriority = 2_000_000_000;

export interface Decided {
  readonly pod: PodView;
  readonly decision: Decision;
}

/**
 * A wave leaves when those before it are gone. It is a number on one scale: what the pod's rule says; else, with `--order=priority`, the pod's
 * priority; else 0 for all, but for what a cluster cannot do without, which leaves after all others. Fewer waves are faster: each waits for
 * the slowest pod before it.
 */
export function waveOf({ pod, decision }: Decided, request: PlanRequest): number {
  // What a taint deletes goes at once, whatever it is.
  if (decision.action === "stay" || request.mode === "Taint") return 0;
  if (decision.wave !== undefined) return decision.wave;
  if (request.order === "priority") return pod.priority;
  return pod.priority >= infrastructurePriority ? infrastructurePriority : 0;
}

/**
 * Who goes first in its wave: pods that are not Ready, the least loss, which cost a healthy budget nothing; then those with volumes, whose
 * detaching takes longest; then the rest.
 */
export function rankOf({ pod }: Decided): number {
  if (!pod.ready) return 0;
  return pod.claims.length > 0 ? 1 : 2;
}

export function inOrder(decided: readonly Decided[], request: PlanRequest): readonly Decided[] {
  return decided.toSorted((a, b) => waveOf(a, request) - waveOf(b, request) || rankOf(a) - rankOf(b) || compareNames(a.pod, b.pod));
}

function compareNames(a: PodView, b: PodView): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}
