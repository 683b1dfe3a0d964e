import { isPodFinished, type Pod, type PodSpec, type PodStatus, type Toleration } from "../../kube/pod.ts";

const defaultGrace = 30;

/** DefaultTolerationSeconds: a pod stays five minutes on a node that is not ready or cannot be reached. */
const defaultTolerations: readonly Toleration[] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map((key) => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

/** The defaults and admission plugins that a drain can notice. */
export function admittedPodSpec(spec: PodSpec): PodSpec {
  const tolerations = spec.tolerations ?? [];
  const missing = defaultTolerations.filter(({ key }) => !tolerations.some((own) => own.key === undefined || own.key === key));
  return {
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: defaultGrace,
    priority: 0,
    containers: [],
    ...spec,
    tolerations: [...tolerations, ...missing],
  };
}

export const newPodStatus: PodStatus = { phase: "Pending" };

/**
 * How long a pod is given, in seconds (CheckGracefulDelete of the pod strategy): as asked, else as its spec says. A pod that runs nowhere, or
 * runs no longer, goes at once.
 */
export function graceFor(pod: Pod, asked: number | undefined): number {
  if ((pod.spec.nodeName ?? "") === "" || isPodFinished(pod.status?.phase)) return 0;
  const grace = asked ?? pod.spec.terminationGracePeriodSeconds ?? defaultGrace;
  return grace < 0 ? 1 : grace;
}

/** What an update of a pod's spec may touch; everything else is 422. */
const mutable: readonly string[] = [
  "tolerations",
  "activeDeadlineSeconds",
  "terminationGracePeriodSeconds",
  "containers",
  "initContainers",
];

export function frozenFields(before: PodSpec, after: PodSpec): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const differs = (key: string): boolean =>
    JSON.stringify((before as Record<string, unknown>)[key]) !== JSON.stringify((after as Record<string, unknown>)[key]);
  return [...keys].filter((key) => !mutable.includes(key) && differs(key));
}
