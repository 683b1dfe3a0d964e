import type { Json } from "../kube/object.ts";
import { formatTime } from "../kube/time.ts";
import type { PodReport, PodsReport } from "../maintenance/pods-on.ts";
import { podStatus } from "./pods-text.ts";
import { documentVersion, findingDocument, podDocument } from "./preview-document.ts";
import { speak, type Voice } from "./speak.ts";

export function podsDocument({ plan, nodes, serverNow }: PodsReport, voice: Voice): Json {
  return {
    apiVersion: documentVersion,
    kind: "NodePodsList",
    time: formatTime(serverNow),
    hash: plan.hash,
    items: nodes.map(({ node, pods }) => ({
      node: node.name,
      unschedulable: node.unschedulable,
      ready: node.ready,
      pods: pods.map((one) => podReportDocument(one, voice)),
    })),
    findings: plan.findings.map((finding) => findingDocument(finding, voice)),
  };
}

/** One pod: the decision as `preview` has it, and what is known of the pod itself. */
export function podReportDocument({ pod, workload, step, blockers }: PodReport, voice: Voice): { readonly [key: string]: Json } {
  const since = pod.startedAt ?? pod.scheduledAt;
  const { product, kind, name, nature, person } = workload;
  return {
    ...podDocument(step, voice),
    workload: { product, kind, name, nature, person: person ?? null },
    status: podStatus({ pod, workload, step, blockers }),
    phase: pod.phase,
    ready: pod.ready,
    since: since === undefined ? null : formatTime(since),
    priority: pod.priority,
    claims: pod.claims,
    blockers: blockers.map(({ code, endsBy, args }) => ({ code, endsBy, message: speak(code, args, voice).text })),
  };
}
