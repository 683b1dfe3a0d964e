import type { PodView } from "../cluster-view.ts";
import { annotation, label, ownerGroup, ownerSign, present } from "./signs.ts";
import { topOwner } from "./top-owner.ts";
import type { Workload } from "./workload.ts";

/** Where the schedulers keep one pod for each GPU that is shared; each goes by itself when the last that shares it has left. */
const reservationNamespaces: readonly string[] = ["runai-reservation", "kai-resource-reservation"];

const group = "run.ai";

/** Priority classes that stand for an interactive job on a RunaiJob, the kind of versions before workloads had kinds. */
const interactiveClasses: readonly string[] = ["build", "build-preemptible", "interactive-preemptible"];

/** What Run:ai or KAI says of the pod; undefined for pods of others. */
export function runAiWorkload(pod: PodView): Workload | undefined {
  if (reservationNamespaces.includes(pod.namespace)) {
    const evidence = [{ field: "metadata.namespace", value: pod.namespace }];
    const product = pod.namespace.startsWith("kai-") ? "KAI" : "Run:ai";
    return { product, kind: "GPU reservation", name: pod.name, nature: "infrastructure", evidence };
  }
  const top = topOwner(pod);
  const kind = top?.group === group ? top.kind : ownerGroup(pod) === group ? pod.controller?.kind : undefined;
  if (kind === undefined) return undefined;
  const person = label(pod, "user") ?? annotation(pod, "user");
  const priority = label(pod, "priorityClassName");
  const isOldInteractive = kind === "RunaiJob" && priority !== undefined && interactiveClasses.includes(priority.value);
  const workloadName = label(pod, "workloadName");
  return {
    product: "Run:ai",
    kind,
    name: workloadName?.value ?? (top?.name || pod.controller?.name || pod.name),
    nature: kind === "InteractiveWorkload" || isOldInteractive ? "session" : "work",
    ...(person === undefined ? {} : { person: person.value }),
    evidence: present(top?.sign, ownerSign(pod), isOldInteractive ? priority : undefined, workloadName, label(pod, "project"), person),
  };
}
