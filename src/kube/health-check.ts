import type { Millis } from "../runtime/clock.ts";
import type { LabelSelector } from "./budget.ts";
import { parseGoDuration } from "./go-duration.ts";
import type { KubeObject } from "./object.ts";

interface UnhealthyCondition {
  readonly type?: string;
  readonly status?: string;
  /** OpenShift's, and Cluster API's until v1beta1. */
  readonly timeout?: string;
  /** Cluster API's since v1beta2. */
  readonly timeoutSeconds?: number;
  /** NodeHealthCheck's. */
  readonly duration?: string;
}

/** A MachineHealthCheck of Cluster API (any version) or OpenShift, or a NodeHealthCheck of medik8s: as far as they are alike. */
export interface HealthCheck extends KubeObject {
  readonly spec?: {
    /** Cluster API's. */
    readonly clusterName?: string;
    readonly selector?: LabelSelector;
    readonly unhealthyConditions?: readonly UnhealthyCondition[];
    readonly checks?: { readonly unhealthyNodeConditions?: readonly UnhealthyCondition[] };
    readonly pauseRequests?: readonly string[];
  };
}

/** A NodeHealthCheck that names no condition acts on these (its CRD's default). */
const nodeHealthCheckDefault: readonly UnhealthyCondition[] = [
  { type: "Ready", status: "False", duration: "300s" },
  { type: "Ready", status: "Unknown", duration: "300s" },
];

/** After how long a node that is not Ready is unhealthy to this check; undefined where Ready is none of its conditions. */
export function reactsAfter({ spec }: HealthCheck, kind: "MachineHealthCheck" | "NodeHealthCheck"): Millis | undefined {
  const named = spec?.unhealthyConditions ?? spec?.checks?.unhealthyNodeConditions;
  const conditions = named ?? (kind === "NodeHealthCheck" ? nodeHealthCheckDefault : []);
  const times = conditions.flatMap((condition) => {
    if (condition.type !== "Ready" || condition.status === "True") return [];
    const time = timeOf(condition);
    return time === undefined ? [] : [time];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function timeOf({ timeout, duration, timeoutSeconds }: UnhealthyCondition): Millis | undefined {
  if (timeoutSeconds !== undefined) return timeoutSeconds * 1000;
  const text = timeout ?? duration;
  if (text === undefined) return undefined;
  const reading = parseGoDuration(text);
  return reading.ok ? reading.millis : undefined;
}

/** Cluster API's annotation, which OpenShift reads too; medik8s has a list of requests in the spec. */
export function isPaused({ metadata, spec }: HealthCheck): boolean {
  return metadata.annotations?.["cluster.x-k8s.io/paused"] !== undefined || (spec?.pauseRequests ?? []).length > 0;
}
