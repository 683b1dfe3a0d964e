import type { ClusterView, NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { reassertedLately, reassertLimit } from "../../cluster/view/drift.ts";
import { unschedulableTaint } from "../../kube/node.ts";
import { isPodFinished } from "../../kube/pod.ts";
import { compareResourceVersions } from "../../kube/resource-version.ts";
import type { Advance, StepMemory } from "../../plan/craft.ts";
import { podOfStep } from "../../plan/refs.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Args, Step } from "../../plan/step.ts";
import { taintOf } from "../../plan/taint.ts";
import type { Instant } from "../../runtime/clock.ts";
import { block } from "./blockers.ts";
import { shortensGrace } from "./classify.ts";
import type { DrainBlockerCode, DrainCode } from "./codes.ts";
import { defaultScheduler, taintPatience } from "./findings.ts";
import { proofGone, proofOf } from "./proofs.ts";
import { underDeadline } from "./deadline.ts";
import { advanceDetach } from "./volumes/detach.ts";
import { advanceByTaint, advanceLaterTaint, advanceTaint } from "./taint/advance.ts";
import { advanceVerdict } from "./verdict.ts";
import { waitForPerson, whileRunning } from "./wishes/waiting.ts";

/** A pod that is this long past its own deadline is stuck, not slow. */
const terminationPatience = 30_000;
/** An accepted request whose effect has not been seen for this long is made again (the answer may have come from a lost server). */
const effectPatience = 30_000;
/** How often a finished pod is asked away: its object never keeps a node from being empty. */
const finishedPatience = 5;

/** What to do about one step now: pure, and safe to ask again at any time with any memory. */
export function advanceDrain(step: Step<DrainCode>, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<DrainCode> {
  if (step.stage === "cordon") return advanceNode(step, view, memory, request);
  if (step.stage === "detach") return advanceDetach(step, view, memory, request);
  if (step.stage === "verify") return advanceVerdict(step, view, memory, request);
  return advancePod(step, view, memory, request);
}

function advanceNode(step: Step<DrainCode>, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<DrainCode> {
  const taint = taintOf(request);
  if (taint !== undefined && request.mode === "Taint") return advanceTaint(step, view, memory, taint);
  const cordoned = advanceCordon(step, view, memory);
  if (taint === undefined || cordoned.kind !== "done") return cordoned;
  const { now, at } = advanceLaterTaint(step, view, memory, request, taint);
  return now ?? { ...cordoned, ...(at === undefined ? {} : { wakeAt: at }) };
}

function advanceCordon(step: Step<DrainCode>, view: ClusterView, memory: StepMemory): Advance<DrainCode> {
  const node = view.node(step.node);
  if (node === undefined) return { kind: "wait", blockers: [] };
  const answered = memory.acceptedVersion;
  if (node.unschedulable && answered !== undefined) {
    const args = { node: node.name };
    return {
      kind: "done",
      proof: proofOf("node-cordoned", step.subject, args, view.asOf, [
        { object: step.subject, field: "spec.unschedulable", value: "true" },
      ]),
    };
  }
  if (answered !== undefined && compareResourceVersions(node.resourceVersion, answered) !== 1) {
    // The server has said yes and the watch has not caught up: nothing to ask again.
    return { kind: "wait", blockers: [block("cordon-unconfirmed", step, memory.since, {}, "cluster")] };
  }
  if (memory.acceptedLately > reassertLimit || wasPutBackLately(node, view))
    return { kind: "wait", blockers: [block("cordon-lifted", step, memory.since, { node: node.name }, "person")] };
  return { kind: "act", commands: [{ kind: "hold", node: node.name }] };
}

/** For an object, by an operator that was restarted since: what it has put back stands in the record. A command that is begun anew is a new order. */
function wasPutBackLately({ held }: NodeView, { serverNow }: ClusterView): boolean {
  if (held === undefined || held === "unreadable") return false;
  return held.holders.some((holder) => holder.kind !== "command" && reassertedLately(holder, serverNow).length >= reassertLimit);
}

function advancePod(step: Step<DrainCode>, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<DrainCode> {
  const pod = view.pod(step.subject.uid);
  if (pod === undefined || pod.node !== step.node) return { kind: "done", proof: proofGone(step.subject, view) };
  return underDeadline(step, pod, view, memory, request, () => advancePresent(step, pod, view, memory, request));
}

function advancePresent(
  step: Step<DrainCode>,
  pod: PodView,
  view: ClusterView,
  memory: StepMemory,
  request: PlanRequest,
): Advance<DrainCode> {
  const byTaint = advanceByTaint(step, pod, view, memory, request);
  if (byTaint !== undefined) return byTaint;
  switch (step.action) {
    case "stay":
      return { kind: "done", proof: proofOf("pod-left-running", step.subject, step.reason.args, view.asOf, step.reason.evidence) };
    case "ask":
      return waitForPerson(step, pod, view, memory);
    case "wait":
      if (pod.deletionTimestamp !== undefined) return whileTerminating(step, pod, view, memory);
      return isPodFinished(pod.phase) ? { kind: "done", proof: proofGone(step.subject, view) } : whileRunning(step, pod, view, memory);
    case "evict":
    case "delete":
      return move(step, pod, view, memory, request);
    default:
      // Other crafts' actions (migrate, change, prove) never stand in a step of this one.
      return { kind: "wait", blockers: [] };
  }
}

function move(step: Step<DrainCode>, pod: PodView, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<DrainCode> {
  const accepted = memory.acceptedAt;
  // Nothing of it runs: once its object is on its way, or somebody keeps refusing that, it is not waited for.
  if (
    step.reason.code === "finished" &&
    (accepted !== undefined || pod.deletionTimestamp !== undefined || memory.attempts >= finishedPatience)
  ) {
    return { kind: "done", proof: proofOf("pod-ended", step.subject, {}, view.asOf, step.reason.evidence) };
  }
  if (accepted !== undefined && view.asOf - accepted < effectPatience && pod.deletionTimestamp === undefined) {
    return { kind: "wait", blockers: [], wakeAt: accepted + effectPatience };
  }
  // Marked by our request, even where its answer was lost; only a shorter grace is worth asking for again.
  if (pod.deletionTimestamp !== undefined && (accepted !== undefined || !shortensGrace(pod, request)))
    return whileTerminating(step, pod, view, memory);
  const taintAt = awaitsTaintUntil(pod, view);
  if (taintAt !== undefined) {
    return {
      kind: "wait",
      blockers: [block("awaiting-unschedulable-taint", step, memory.since, { scheduler: pod.schedulerName }, "cluster")],
      wakeAt: taintAt,
    };
  }
  const grace = request.grace === undefined ? {} : { grace: request.grace };
  const target = podOfStep(step);
  const kind = step.action === "delete" ? "delete" : "evict";
  return { kind: "act", commands: [{ kind, pod: target, node: step.node, ...grace }] };
}

/** Only pods of other schedulers wait, and 5 s at most: the replacement must not come back to the node it left. */
function awaitsTaintUntil(pod: PodView, view: ClusterView): Instant | undefined {
  if (pod.schedulerName === defaultScheduler) return undefined;
  if (view.node(pod.node)?.taints.some((taint) => taint.key === unschedulableTaint) ?? false) return undefined;
  const until = (view.cordonAcknowledged(pod.node) ?? view.asOf) + taintPatience;
  return view.asOf < until ? until : undefined;
}

/** The pod is marked and goes by itself; say why, if it takes longer than it said. */
function whileTerminating(step: Step<DrainCode>, pod: PodView, view: ClusterView, memory: StepMemory): Advance<DrainCode> {
  const deadline = pod.deletionTimestamp ?? view.serverNow + pod.terminationGraceSeconds * 1000;
  const late = view.serverNow - deadline;
  const { code, args } = whyTerminating(pod, view, late);
  const blockers = [block(code, step, memory.since, args, "cluster")];
  // A server's stamp against our own clock: how far away it is, not when. Once it is stuck only the watch can tell more.
  return late >= terminationPatience
    ? { kind: "wait", blockers }
    : { kind: "wait", blockers, wakeAt: view.asOf + terminationPatience - late };
}

function whyTerminating(pod: PodView, view: ClusterView, late: number): { readonly code: DrainBlockerCode; readonly args: Args } {
  if (view.node(pod.node)?.ready !== true) return { code: "kubelet-silent", args: { node: pod.node } };
  if (pod.finalizers.length > 0 && (pod.containersEnded || late >= terminationPatience))
    return { code: "finalizers", args: { finalizers: pod.finalizers } };
  const args = { grace: pod.deletionGraceSeconds ?? pod.terminationGraceSeconds };
  return { code: late >= terminationPatience ? "terminating-too-long" : "terminating", args };
}
