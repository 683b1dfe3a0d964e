import type { ClusterView, NodeView } from "../../../cluster/view/cluster-view.ts";
import type { Advance, StepMemory } from "../../../plan/craft.ts";
import { nodeRef } from "../../../plan/refs.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Step } from "../../../plan/step.ts";
import type { Instant, Millis } from "../../../runtime/clock.ts";
import { block } from "../blockers.ts";
import type { DrainCode } from "../codes.ts";
import { proofOf } from "../proofs.ts";
import { type Attached, attachmentRef, attachmentsOf, wordsOf } from "./volumes.ts";

/** How long volumes are waited for, unless asked otherwise. */
const usualPatience: Millis = 120_000;

export function detachPatience({ volumeDetachTimeout }: PlanRequest): Millis {
  return volumeDetachTimeout ?? usualPatience;
}

/**
 * When the pods are gone: are their volumes off the node? Waited for as long as asked; then what is left is named, and the way goes on with
 * a weaker verdict. On a node that is not Ready it is not waited for: no kubelet unmounts there, and the controller takes a volume from a
 * silent node by force, after six minutes, or at once when it is fenced (the taint out-of-service).
 */
export function advanceDetach(step: Step<DrainCode>, view: ClusterView, memory: StepMemory, request: PlanRequest): Advance<DrainCode> {
  const node = view.node(step.node);
  if (node === undefined) return { kind: "wait", blockers: [] };
  const since = lastDeparture(step.node, view, memory.since);
  const giveUpAt = since + detachPatience(request);
  const seen = attachmentsOf(step.node, view);
  if (seen.kind === "denied") return unchecked(step, view);
  if (seen.kind === "unread") {
    if (view.asOf >= giveUpAt) return unchecked(step, view);
    return { kind: "wait", blockers: [block("volumes-unknown", step, since, { node: step.node }, "cluster")], wakeAt: giveUpAt };
  }
  const { attached } = seen;
  if (attached.length === 0) {
    const evidence = [{ object: nodeRef(node), field: "VolumeAttachments, less those of pods that stay", value: "none" }];
    return { kind: "done", proof: proofOf("volumes-detached", step.subject, { node: step.node }, view.asOf, evidence) };
  }
  if (!node.ready) return left(step, view, node, attached, { why: "not-ready" });
  if (view.asOf >= giveUpAt) return left(step, view, node, attached, { why: "timeout", seconds: detachPatience(request) / 1000 });
  return {
    kind: "wait",
    blockers: [block("volumes-attached", step, since, { node: step.node, volumes: attached.map(wordsOf) }, "cluster")],
    wakeAt: giveUpAt,
  };
}

/** The volumes of a pod that came late and went later than the others get their time as well. */
function lastDeparture(node: string, view: ClusterView, since: Instant): Instant {
  return view.goneFrom(node).reduce((last, { pod, at }) => (pod.claims.length === 0 ? last : Math.max(last, at)), since);
}

function left(
  step: Step<DrainCode>,
  view: ClusterView,
  node: NodeView,
  attached: readonly Attached[],
  why: { readonly why: "not-ready" | "timeout"; readonly seconds?: number },
): Advance<DrainCode> {
  const evidence = [
    ...attached.map((one) => ({
      object: attachmentRef(one),
      field: "status.attached",
      value: one.attachment.attached ? "true" : "not reported",
    })),
    { object: nodeRef(node), field: "status.conditions[Ready]", value: node.ready ? "True" : "not True" },
  ];
  const args = { node: step.node, volumes: attached.map(wordsOf), ...why };
  return { kind: "done", proof: proofOf("volumes-left-attached", step.subject, args, view.asOf, evidence, false) };
}

/** Of pods without claims no volume was attached: then there is nothing that was not checked. */
function unchecked(step: Step<DrainCode>, view: ClusterView): Advance<DrainCode> {
  const claims = hadClaims(step.node, view);
  return {
    kind: "done",
    proof: proofOf("volumes-unchecked", step.subject, { node: step.node, claims }, view.asOf, [], claims.length === 0),
  };
}

/** "namespace/name" of the claims of pods that left this node while we watched. */
function hadClaims(node: string, view: ClusterView): readonly string[] {
  return [...new Set(view.goneFrom(node).flatMap(({ pod }) => pod.claims.map((claim) => `${pod.namespace}/${claim}`)))];
}

/** What the verdict has to say about volumes: nothing where they were not asked about, or are off the node. */
export function volumesLeft(
  node: string,
  view: ClusterView,
  request: PlanRequest,
): { readonly attached: readonly string[]; readonly unchecked: readonly string[] } {
  if (detachPatience(request) === 0) return { attached: [], unchecked: [] };
  const seen = attachmentsOf(node, view);
  return seen.kind === "known"
    ? { attached: seen.attached.map(wordsOf), unchecked: [] }
    : { attached: [], unchecked: hadClaims(node, view) };
}
