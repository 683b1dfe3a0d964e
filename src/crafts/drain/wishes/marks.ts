import type { PodView } from "../../../cluster/view/cluster-view.ts";
import { parseGoDuration } from "../../../kube/go-duration.ts";
import type { Mark } from "../../../plan/request.ts";
import type { Instant } from "../../../runtime/clock.ts";

/** What a mark asks of whoever drains the node. */
export type Wish = "drain-skip" | "drain-wait-completed" | "do-not-disrupt" | "not-safe-to-evict";

/** A label or annotation of a pod that another tool's drain obeys. */
export interface MarkOnPod {
  /** Whose: the name that `--honor` takes. */
  readonly tool: Mark;
  readonly field: "labels" | "annotations";
  readonly key: string;
  /** As it is written. */
  readonly value: string;
  /** undefined: its tool does not understand this value either, and passes it over. */
  readonly wish: Wish | undefined;
  /** `do-not-disrupt` with a duration: when it ends; undefined while the pod has not started, and where it never ends. */
  readonly until?: Instant;
}

const drainLabel = "cluster.x-k8s.io/drain";
const doNotDisrupt = "karpenter.sh/do-not-disrupt";
const safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict";

/** The marks of a pod, in the order in which the first that is obeyed decides. */
export function marksOn(pod: PodView): readonly MarkOnPod[] {
  return [clusterApi(pod), karpenter(pod), autoscaler(pod)].filter((mark) => mark !== undefined);
}

/** Cluster API compares without case and only logs what it does not know (core/reconcilers/machine/drain). */
function clusterApi({ labels }: PodView): MarkOnPod | undefined {
  const value = labels[drainLabel];
  if (value === undefined) return undefined;
  const wishes: Readonly<Record<string, Wish | undefined>> = { skip: "drain-skip", "wait-completed": "drain-wait-completed" };
  const known = value.toLowerCase();
  // Its default, written out: nothing is wished for.
  if (known === "drain") return undefined;
  return { tool: "cluster-api", field: "labels", key: drainLabel, value, wish: Object.hasOwn(wishes, known) ? wishes[known] : undefined };
}

/** "true", or a positive Go duration since the pod's start; a pod that has not started is protected (Karpenter pkg/utils/pod). */
function karpenter({ annotations, startedAt }: PodView): MarkOnPod | undefined {
  const value = annotations[doNotDisrupt];
  if (value === undefined || value === "false") return undefined;
  const mark = { tool: "karpenter", field: "annotations", key: doNotDisrupt, value } as const;
  if (value === "true") return { ...mark, wish: "do-not-disrupt" };
  const duration = parseGoDuration(value);
  if (!duration.ok || duration.millis <= 0) return { ...mark, wish: undefined };
  return { ...mark, wish: "do-not-disrupt", ...(startedAt === undefined ? {} : { until: startedAt + duration.millis }) };
}

/** The autoscaler knows "false" as a wish, and "true" as leave to evict what it would not by itself. */
function autoscaler({ annotations }: PodView): MarkOnPod | undefined {
  const value = annotations[safeToEvict];
  if (value !== "false") return undefined;
  return { tool: "autoscaler", field: "annotations", key: safeToEvict, value, wish: "not-safe-to-evict" };
}

export function fieldOf({ field, key }: MarkOnPod): string {
  return `metadata.${field}["${key}"]`;
}
