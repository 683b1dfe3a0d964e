import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { Workload } from "../../cluster/view/workload/workload.ts";
import { workloadOf } from "../../cluster/view/workload/workload-of.ts";
import { unschedulableTaint } from "../../kube/node.ts";
import { toleratedBy } from "../../kube/toleration.ts";
import type { Consent } from "../../plan/consent.ts";
import type { Args, Evidence } from "../../plan/step.ts";
import { oncePer } from "../../runtime/once-per.ts";
import type { DecisionCode } from "./codes.ts";
import { type Decision, seen } from "./decision.ts";

/** Which consents a running pod needs to go, and the weightiest of them as the reason: a person's work before an owner, an owner before data. */
export const consentsOf = oncePer((pod: PodView): Pick<Decision, "consents" | "code" | "args" | "evidence"> => {
  const workload = workloadOf(pod);
  const consents: Consent[] = [];
  const evidence: Evidence[] = [];
  let code: DecisionCode = "managed";
  let args: Args = { owner: pod.controller === undefined ? undefined : `${pod.controller.kind}/${pod.controller.name}` };
  if (pod.emptyDirs.length > 0) {
    consents.push("emptydir");
    evidence.push(seen(pod, "spec.volumes", `emptyDir ${pod.emptyDirs.join(", ")}`));
    code = "local-storage";
    args = { ...args, volumes: pod.emptyDirs };
  }
  if (pod.controller === undefined && !isReservation(workload)) {
    consents.push("unmanaged");
    evidence.push(seen(pod, "metadata.ownerReferences", "no controller"));
    code = "unmanaged";
  } else if (pod.controller?.kind === "DaemonSet") {
    consents.push("unmanaged");
    evidence.push(seen(pod, "metadata.ownerReferences", `DaemonSet/${pod.controller.name} does not exist`));
    code = "daemonset-orphaned";
  } else if (pod.controller !== undefined && (evidence.length === 0 || mayComeBack(pod))) {
    evidence.push(seen(pod, "metadata.ownerReferences", `${pod.controller.kind}/${pod.controller.name}`));
  }
  if (workload.nature === "session") {
    consents.push("interactive");
    evidence.push(...signsOf(pod, workload));
    code = "session";
    args = { ...args, ...sessionArgs(workload) };
  }
  if (mayComeBack(pod)) evidence.push(seen(pod, "spec.tolerations", `tolerates ${unschedulableTaint}:NoSchedule`));
  return { consents, code, args, evidence };
});

/** Its controller makes another, and the cordon does not keep that one away. DaemonSets' pods stay; finished ones are not made anew. */
export function mayComeBack({ controller, tolerations }: PodView): boolean {
  if (controller === undefined || controller.kind === "DaemonSet") return false;
  return toleratedBy({ key: unschedulableTaint, effect: "NoSchedule" }, tolerations);
}

/** A scheduler's own pod for a GPU that is shared: nothing owns it, and it is nobody's work all the same. */
export function isReservation({ product, nature }: Workload): boolean {
  return nature === "infrastructure" && product !== "Kubernetes";
}

export function signsOf(pod: PodView, { evidence }: Workload): readonly Evidence[] {
  return evidence.map(({ field, value }) => seen(pod, field, value));
}

export function sessionArgs({ product, kind, name, person }: Workload): Args {
  return { product, kind, session: name, person };
}
