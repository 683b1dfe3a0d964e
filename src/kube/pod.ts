import type { KubeObject, StringMap } from "./object.ts";
import type { PreStop } from "./pre-stop.ts";
import type { Affinity, ContainerPort, Resources, TopologySpreadConstraint } from "./scheduling/wire.ts";

/** The fields of a Pod that Drydock reads. The wire object has more; they are kept until projected. */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly schedulerName?: string;
  readonly priority?: number;
  readonly priorityClassName?: string;
  readonly preemptionPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  /** "Always" where it says nothing. */
  readonly restartPolicy?: string;
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: Affinity;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly schedulingGates?: readonly { readonly name: string }[];
  /** Claims of Dynamic Resource Allocation. */
  readonly resourceClaims?: readonly object[];
  /** For the pod as a whole (KEP-2837). */
  readonly resources?: Resources;
  /** What its sandbox costs, as admission wrote it from the runtime class. */
  readonly overhead?: StringMap;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: Resources;
  readonly ports?: readonly ContainerPort[];
  readonly lifecycle?: { readonly preStop?: PreStop };
  /** "Always" makes a sidecar of an init container. */
  readonly restartPolicy?: string;
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly hostPath?: { readonly path: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: object;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

export interface PodStatus {
  readonly phase?: PodPhase;
  readonly reason?: string;
  readonly startTime?: string;
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  /** What it has now, and what the node has granted it: while it is resized in place they differ from the spec. */
  readonly resources?: Resources;
  readonly allocatedResources?: StringMap;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: object;
    readonly terminated?: { readonly finishedAt?: string; readonly exitCode?: number };
  };
}

/** Written by the kubelet on the API copy of a static pod; evicting that copy ends nothing. */
export const mirrorAnnotation = "kubernetes.io/config.mirror";

export function isPodReady(status: PodStatus | undefined): boolean {
  return status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
}

export function isPodFinished(phase: PodPhase | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}
