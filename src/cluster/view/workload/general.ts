import type { PodView } from "../cluster-view.ts";
import { label, ownerSign, present } from "./signs.ts";
import { topOwner } from "./top-owner.ts";
import type { Workload } from "./workload.ts";

const templateHash = "pod-template-hash";

/** What Kubernetes itself, or KAI for others, calls the pod's workload. */
export function generalWorkload(pod: PodView): Workload {
  const { controller } = pod;
  if (pod.mirror) {
    const evidence = [{ field: 'metadata.annotations["kubernetes.io/config.mirror"]', value: "set" }];
    return { product: "Kubernetes", kind: "Static pod", name: pod.name, nature: "infrastructure", evidence };
  }
  const top = topOwner(pod);
  if (top !== undefined && top.kind !== "Pod") {
    return { product: "KAI", kind: top.kind, name: top.name || pod.name, nature: "work", evidence: present(top.sign, ownerSign(pod)) };
  }
  if (controller === undefined) {
    const evidence = [{ field: "metadata.ownerReferences", value: "no controller" }];
    return { product: "Kubernetes", kind: "Pod", name: pod.name, nature: "work", evidence };
  }
  const deployment = deploymentOf(pod);
  return {
    product: "Kubernetes",
    kind: deployment === undefined ? controller.kind : "Deployment",
    name: deployment ?? controller.name,
    nature: controller.kind === "DaemonSet" ? "infrastructure" : "work",
    evidence: present(ownerSign(pod), deployment === undefined ? undefined : label(pod, templateHash)),
  };
}

/** A Deployment names its ReplicaSets after itself and the hash of their template, with which it labels the pods as well. */
function deploymentOf({ controller, labels }: PodView): string | undefined {
  const hash = labels[templateHash];
  if (controller?.kind !== "ReplicaSet" || hash === undefined || !controller.name.endsWith(`-${hash}`)) return undefined;
  return controller.name.slice(0, -hash.length - 1);
}
