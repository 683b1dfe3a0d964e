import type { ClusterView, LastSeen } from "../../cluster/view/cluster-view.ts";
import type { ObjectRef } from "../../kube/object.ts";
import type { Proof } from "../../plan/finding.ts";
import type { Args, Evidence } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { DrainCode, DrainProofCode, TaintCode, VolumeCode } from "./codes.ts";

export function proofOf(
  code: DrainProofCode | TaintCode | VolumeCode,
  subject: ObjectRef,
  args: Args,
  at: Instant,
  evidence: readonly Evidence[],
  proven = true,
): Proof<DrainCode> {
  return { code, subject, args, at, evidence, proven };
}

/**
 * An object that disappeared proves an end only if the last state seen had every container terminated (or a terminal phase) on a Ready
 * node: a forced deletion, or a garbage collector's on a dead node, removes the object while the process may still run.
 */
export function isEndProven(last: LastSeen): boolean {
  return last.pod.containersEnded && last.nodeReady;
}

export function proofGone(subject: ObjectRef & { readonly uid: string }, view: ClusterView): Proof<DrainCode> {
  const last = view.gone(subject.uid);
  if (last === undefined) return proofOf("pod-gone-unconfirmed", subject, { unseen: "departure" }, view.asOf, [], false);
  const evidence = [
    { object: subject, field: "status.phase", value: last.pod.phase },
    { object: subject, field: "status.containerStatuses[*].state", value: last.pod.containersEnded ? "terminated" : "not terminated" },
    { object: { kind: "Node", name: last.pod.node }, field: "status.conditions[Ready]", value: last.nodeReady ? "True" : "not True" },
  ];
  const proven = isEndProven(last);
  const why = proven ? {} : { unseen: last.nodeReady ? "containers" : "kubelet" };
  return proofOf(proven ? "pod-ended" : "pod-gone-unconfirmed", subject, why, last.at, evidence, proven);
}
