import type { StringMap } from "../object.ts";
import type { Pod, Toleration } from "../pod.ts";
import { type HostPort, hostPortsOf } from "./host-ports.ts";
import { type Amounts, requestsOf } from "./requests.ts";
import type { NodeSelector, PodAffinityTerm, TopologySpreadConstraint } from "./wire.ts";

/** What no arithmetic here can tell of a pod, in the words of Kubernetes: whoever decides it is asked by nobody. */
export type Unjudged =
  | `scheduler ${string}`
  | "scheduling gates"
  | "resource claims"
  | "labels of namespaces"
  | "a volume yet to be made"
  | `${string} could not be read`
  | "a toleration's operator";

/** What a scheduler reads of a pod: what it takes of a node, and what it asks of the place. */
export interface Demand {
  readonly namespace: string;
  readonly labels: StringMap;
  readonly priority: number;
  /** May pods of lower priority be pushed out for it? */
  readonly preempts: boolean;
  readonly requests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly tolerations: readonly Toleration[];
  readonly nodeSelector?: StringMap;
  readonly nodeAffinity?: NodeSelector;
  readonly podAffinity: readonly PodAffinityTerm[];
  readonly podAntiAffinity: readonly PodAffinityTerm[];
  /** Those that refuse a node; ScheduleAnyway only prefers. */
  readonly spread: readonly TopologySpreadConstraint[];
  /** Names of PersistentVolumeClaims in its namespace. */
  readonly claims: readonly string[];
  readonly unjudged: readonly Unjudged[];
}

export const defaultScheduler = "default-scheduler";

const nothing: readonly never[] = [];
const noLabels: StringMap = {};
const operators: readonly (string | undefined)[] = [undefined, "", "Equal", "Exists"];

/** Of a pod that runs: of the one that replaces it too, which is made from the same template. */
export function demandOf(pod: Pod): Demand {
  const { metadata, spec } = pod;
  const { affinity, nodeSelector } = spec;
  const nodeAffinity = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const claims = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim === undefined ? [] : [persistentVolumeClaim.claimName],
  );
  const spread = spec.topologySpreadConstraints?.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
  return {
    namespace: metadata.namespace ?? "",
    labels: metadata.labels ?? noLabels,
    priority: spec.priority ?? 0,
    preempts: spec.preemptionPolicy !== "Never",
    requests: requestsOf(pod),
    hostPorts: hostPortsOf(spec),
    tolerations: spec.tolerations ?? nothing,
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(nodeAffinity === undefined ? {} : { nodeAffinity }),
    podAffinity: affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? nothing,
    podAntiAffinity: affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? nothing,
    spread: spread === undefined || spread.length === 0 ? nothing : spread,
    claims: claims.length === 0 ? nothing : claims,
    unjudged: unjudgedOf(pod),
  };
}

function unjudgedOf({ spec }: Pod): readonly Unjudged[] {
  const { schedulerName = defaultScheduler, schedulingGates = [], resourceClaims = [], volumes = [], tolerations = [] } = spec;
  const found: Unjudged[] = [];
  if (schedulerName !== defaultScheduler) found.push(`scheduler ${schedulerName}`);
  if (schedulingGates.length > 0) found.push("scheduling gates");
  if (resourceClaims.length > 0) found.push("resource claims");
  // A generic ephemeral volume is made anew for each pod, wherever its storage class can.
  if (volumes.some(({ ephemeral }) => ephemeral !== undefined)) found.push("a volume yet to be made");
  // Lt and Gt are an alpha feature of 1.35 (KEP-5471).
  if (tolerations.some(({ operator }) => !operators.includes(operator))) found.push("a toleration's operator");
  return found.length === 0 ? nothing : found;
}
