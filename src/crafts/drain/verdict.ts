import type { ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import { matches } from "../../kube/selector.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import type { Advance, StepMemory } from "../../plan/craft.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { podRef } from "../../plan/refs.ts";
import type { Evidence, Step } from "../../plan/step.ts";
import { taintOf } from "../../plan/taint.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { block } from "./blockers.ts";
import { classify } from "./classify.ts";
import type { DrainCode } from "./codes.ts";
import { volumesLeft } from "./volumes/detach.ts";
import { podSelectorOf } from "./plan.ts";
import { isEndProven, proofOf } from "./proofs.ts";

/** No pod may have arrived for this long: bindings made before the cordon still land afterwards. */
export const arrivalQuiet: Millis = 5_000;

/** The last step: the node is empty of what the plan moves, and has been left alone for `arrivalQuiet`. */
export function advanceVerdict(step: Step<DrainCode>, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<DrainCode> {
  const { since, unconfirmed, evidence: outOfService } = outOf(step, view, request);
  if (since === undefined) return { kind: "wait", blockers: [block(unconfirmed, step, memory.since, { node: step.node }, "cluster")] };
  const wouldMove = moves(view, request);
  const quietFrom = Math.max(since, lastArrival(step.node, view, wouldMove));
  const quietAt = quietFrom + arrivalQuiet;
  if (view.asOf < quietAt)
    return {
      kind: "wait",
      blockers: [block("arrival-quiet", step, quietFrom, { seconds: arrivalQuiet / 1000 }, "cluster")],
      wakeAt: quietAt,
    };

  const unproven = [...unprovenDepartures(step.node, view, wouldMove), ...notWaitedFor(step.node, view, request)];
  // A process that was killed and started again must never know more than the one before it.
  const unwatched = view.evictedBefore(step.node);
  // What is still attached was named already; the node is empty of pods all the same.
  const { attached, unchecked } = volumesLeft(step.node, view, request);
  const evidence: Evidence[] = [
    { object: step.subject, ...outOfService },
    { object: step.subject, field: "pods that the plan moves", value: "none" },
    ...unproven.map((pod) => ({ object: podRef(pod), field: "status", value: "end not confirmed by the kubelet" })),
    ...attached.map((volume) => ({ object: step.subject, field: "VolumeAttachments", value: volume })),
  ];
  const args = {
    node: step.node,
    quiet: arrivalQuiet / 1000,
    unconfirmed: unproven.map((pod) => `${pod.namespace}/${pod.name}`),
    unwatched,
    volumes: attached,
    unchecked,
  };
  const proven = unproven.length === 0 && !unwatched && attached.length === 0 && unchecked.length === 0;
  return {
    kind: "done",
    proof: proofOf(proven ? "node-empty" : "node-empty-unconfirmed", step.subject, args, view.asOf, evidence, proven),
  };
}

/** What keeps new pods away from the node, and since when. */
function outOf({ node }: Step<DrainCode>, view: ClusterView, request: PlanRequest) {
  const taint = request.mode === "Taint" ? taintOf(request) : undefined;
  if (taint === undefined) {
    const evidence = { field: "spec.unschedulable", value: "true" };
    return { since: view.cordonAcknowledged(node), unconfirmed: "cordon-unconfirmed", evidence } as const;
  }
  const evidence = { field: "spec.taints", value: formatTaint(taint) };
  return { since: view.taintAcknowledged(node, taint), unconfirmed: "taint-unconfirmed", evidence } as const;
}

type WouldMove = (pod: PodView) => boolean;

function moves(view: ClusterView, request: PlanRequest): WouldMove {
  const selector = podSelectorOf(request);
  return (pod) => (selector === undefined || matches(selector, pod.labels)) && classify(pod, view, request).action !== "stay";
}

/** Departures never restart the quiet; of arrivals only those that the plan would have to move. */
function lastArrival(node: string, view: ClusterView, wouldMove: WouldMove): Instant {
  return view.arrivals(node).reduce((last, { pod, at }) => (at > last && wouldMove(pod) ? at : last), Number.NEGATIVE_INFINITY);
}

function unprovenDepartures(node: string, view: ClusterView, wouldMove: WouldMove): readonly PodView[] {
  return view.goneFrom(node).flatMap((last) => (!isEndProven(last) && wouldMove(last.pod) ? [last.pod] : []));
}

/** Still terminating, and skipped because that was asked for: their processes may run. */
function notWaitedFor(node: string, view: ClusterView, request: PlanRequest): readonly PodView[] {
  const selector = podSelectorOf(request);
  const looked = view.podsOn(node).filter((pod) => selector === undefined || matches(selector, pod.labels));
  return looked.filter((pod) => classify(pod, view, request).code === "skipped-terminating");
}
