import type { BudgetSpec } from "../kube/budget.ts";
import type { StringMap } from "../kube/object.ts";
import type { Taint } from "../kube/node.ts";
import type { PodPhase, Toleration } from "../kube/pod.ts";
import type { Millis } from "../runtime/clock.ts";

/** A cluster as data: what there is when a scenario begins, all of it up and settled. */
export interface ClusterSketch {
  readonly nodes: readonly NodeSketch[];
  readonly workloads: readonly WorkloadSketch[];
  readonly budgets: readonly BudgetSketch[];
  readonly pods: readonly BarePodSketch[];
  readonly volumes?: readonly VolumeSketch[];
}

export interface NodeSketch {
  readonly name: string;
  readonly labels?: StringMap;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  /** Quantities; default 8 cores, 32Gi, 110 pods. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: number;
}

export interface PodSketch {
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  /** From its binding until it is Ready. Default 1 s. */
  readonly ready?: Millis;
  /** From its deletion until it is gone; "hang": never. Default 1 s. */
  readonly gone?: Millis | "hang";
  /** Seconds; default 30. */
  readonly grace?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly emptyDir?: boolean;
  /** Claims of the pod's namespace that it uses. */
  readonly claims?: readonly string[];
  readonly nodeSelector?: StringMap;
  readonly tolerations?: readonly Toleration[];
  readonly finalizers?: readonly string[];
  /** As admission would write it from a priority class. */
  readonly priority?: number;
  /** Default: Always. */
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
}

export interface WorkloadSketch {
  readonly kind: "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet";
  readonly namespace: string;
  readonly name: string;
  /** Not for DaemonSets. */
  readonly replicas?: number;
  /** Labels default to `app: <name>`. */
  readonly pod?: PodSketch;
  /** Nodes for its pods, in turn; where absent or used up, the scheduler's choice. */
  readonly on?: readonly string[];
}

/** A PersistentVolume and the claim that is bound to it. */
export interface VolumeSketch {
  readonly namespace: string;
  readonly claim: string;
  /** Of the volume; default NAMESPACE-CLAIM. */
  readonly name?: string;
  /** From the deletion of an attachment until it is gone; "hang": never. Default 1 s. */
  readonly detach?: Millis | "hang";
  /** On the disk of this node: nothing attaches it. */
  readonly localTo?: string;
}

export interface BudgetSketch {
  readonly namespace: string;
  readonly name: string;
  readonly spec: BudgetSpec;
}

export interface BarePodSketch extends PodSketch {
  readonly namespace: string;
  readonly name: string;
  readonly on: string;
  /** Default: Running and Ready. */
  readonly phase?: PodPhase;
  /** Running, but never Ready. */
  readonly unready?: boolean;
  /** Already marked to go when the scenario begins. */
  readonly terminating?: boolean;
  /** The API's copy of a static pod. */
  readonly mirror?: boolean;
}
