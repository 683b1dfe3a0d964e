import type { ClusterView, NodeView, PodView } from "../../../cluster/view/cluster-view.ts";
import type { Taint } from "../../../kube/node.ts";
import { compareResourceVersions } from "../../../kube/resource-version.ts";
import { formatTaint, isExactTaint } from "../../../kube/taint-spec.ts";
import { formatTime } from "../../../kube/time.ts";
import type { Advance, StepMemory } from "../../../plan/craft.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Step } from "../../../plan/step.ts";
import { taintOf } from "../../../plan/taint.ts";
import type { Instant, Millis } from "../../../runtime/clock.ts";
import { block } from "../blockers.ts";
import { classify } from "../classify.ts";
import type { DrainCode } from "../codes.ts";
import { proofOf } from "../proofs.ts";

/** The controller deletes within milliseconds; where nothing has happened for this long, it does not run (--controllers=-taint-eviction-controller). */
const evictionPatience: Millis = 10_000;
/** How often within ten minutes a taint that was removed is set again, after it was set once, before that is taken as somebody's wish. */
const reassertLimit = 3;
/** Written by the taint eviction controller on what it deletes. */
const markOfController = "DeletionByTaintManager";

/** Mode Taint: the taint, and nothing but the taint, takes the node out. */
export function advanceTaint(step: Step<DrainCode>, view: ClusterView, memory: StepMemory, taint: Taint): Advance<DrainCode> {
  const node = view.node(step.node);
  if (node === undefined) return { kind: "wait", blockers: [] };
  const answered = memory.acceptedVersion;
  if (carries(node, taint) && answered !== undefined) return { kind: "done", proof: proofOfTaint(step, taint, view) };
  return setTaint(step, node, memory, taint, 0);
}

/**
 * Mode EvictThenTaint, once the node is cordoned: the taint comes so long after the first eviction, if a pod that it would delete is left by
 * then. undefined: not now; `at`: but then.
 */
export function advanceLaterTaint(
  step: Step<DrainCode>,
  view: ClusterView,
  memory: StepMemory,
  request: PlanRequest,
  taint: Taint,
): { readonly now?: Advance<DrainCode>; readonly at?: Instant } {
  const node = view.node(step.node);
  if (node === undefined || carries(node, taint)) return {};
  const at = taintAt(memory, request);
  if (at === undefined) return {};
  if (view.asOf < at) return { at };
  const isLeft = view.podsOn(node.name).some((pod) => waitsForTaint(pod, view, request));
  // The cordon was accepted before it.
  return isLeft ? { now: setTaint(step, node, memory, taint, 1) } : {};
}

function setTaint(step: Step<DrainCode>, node: NodeView, memory: StepMemory, taint: Taint, othersAccepted: number): Advance<DrainCode> {
  const args = { node: node.name, taint: formatTaint(taint) };
  const answered = memory.acceptedVersion;
  // The server has said yes and the watch has not caught up: nothing to ask again.
  if (answered !== undefined && compareResourceVersions(node.resourceVersion, answered) === -1)
    return { kind: "wait", blockers: [block("taint-unconfirmed", step, memory.since, args, "cluster")] };
  if (memory.acceptedLately - othersAccepted > reassertLimit)
    return { kind: "wait", blockers: [block("taint-lifted", step, memory.since, args, "person")] };
  return { kind: "act", commands: [{ kind: "taint", node: node.name, taint }] };
}

/**
 * A pod that the cluster deletes because of the taint: nothing is asked of the server for it. undefined: it is evicted as usual, or is on its
 * way already.
 */
export function advanceByTaint(
  step: Step<DrainCode>,
  pod: PodView,
  view: ClusterView,
  memory: StepMemory,
  request: PlanRequest,
): Advance<DrainCode> | undefined {
  const taint = taintOf(request);
  if (taint === undefined || step.byTaint === undefined || pod.deletionTimestamp !== undefined) return undefined;
  const mayEvict = step.action === "evict";
  const text = formatTaint(taint);
  const since = view.taintAcknowledged(step.node, taint);
  if (since === undefined) {
    if (mayEvict) return undefined;
    const { code, args } = step.reason;
    return { kind: "wait", blockers: [block("awaiting-taint", step, memory.since, { ...args, taint: text, reason: code }, "cluster")] };
  }
  // Of a pod that came later the time runs from then on.
  const arrived = view.arrivals(step.node).find((arrival) => arrival.pod.uid === pod.uid)?.at ?? since;
  const dueAt = Math.max(since, arrived) + step.byTaint * 1000;
  if (view.asOf < dueAt) {
    if (mayEvict) return undefined;
    const args = { taint: text, seconds: step.byTaint, until: formatTime(dueAt) };
    return { kind: "wait", blockers: [block("tolerates-for", step, since, args, "cluster")], wakeAt: dueAt };
  }
  const args = { node: step.node, taint: text, seconds: evictionPatience / 1000 };
  const believedUntil = dueAt + evictionPatience;
  if (view.asOf < believedUntil)
    return { kind: "wait", blockers: [block("awaiting-taint-eviction", step, dueAt, args, "cluster")], wakeAt: believedUntil };
  // One pod that it has deleted shows that the controller runs: then it is slow with this one.
  const [code, endsBy] = isAtWork(step.node, view)
    ? (["taint-eviction-slow", "cluster"] as const)
    : (["taint-eviction-off", "person"] as const);
  return { kind: "wait", blockers: [block(code, step, dueAt, args, endsBy)] };
}

function isAtWork(node: string, view: ClusterView): boolean {
  const went = view.goneFrom(node).map(({ pod }) => pod);
  return [...view.podsOn(node), ...went].some(({ disruptedBy }) => disruptedBy === markOfController);
}

/** Would the taint delete it, and is it of those that the plan moves (a DaemonSet's pod alone is no reason for a taint)? */
function waitsForTaint(pod: PodView, view: ClusterView, request: PlanRequest): boolean {
  if (pod.deletionTimestamp !== undefined) return false;
  const { action, byTaint } = classify(pod, view, request);
  return byTaint !== undefined && action !== "stay";
}

/** When the taint is due; undefined before the first eviction. */
function taintAt({ evacuatingSince }: StepMemory, { taintAfter = 0 }: PlanRequest): Instant | undefined {
  return evacuatingSince === undefined ? undefined : evacuatingSince + taintAfter;
}

export function carries(node: NodeView, taint: Taint): boolean {
  return node.taints.some((other) => isExactTaint(other, taint));
}

function proofOfTaint(step: Step<DrainCode>, taint: Taint, view: ClusterView) {
  const text = formatTaint(taint);
  const evidence = [{ object: step.subject, field: "spec.taints", value: text }];
  return proofOf("node-tainted", step.subject, { node: step.node, taint: text }, view.asOf, evidence);
}
