import { controllerOf } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { parseTime } from "../../kube/time.ts";
import { type Demand, demandOf } from "../../kube/scheduling/demand.ts";
import type { Occupancy } from "../../kube/scheduling/occupancy.ts";
import type { SchedulingNode } from "../../kube/scheduling/scheduling-node.ts";
import type { Volumes } from "../../kube/scheduling/volumes.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { PodView } from "./cluster-view.ts";

/** The whole cluster at one moment, summed up: what its nodes can give, what of it is taken, and what became of the pods asked about. */
export interface RoomView {
  readonly nodes: ReadonlyMap<string, SchedulingNode>;
  /** By all pods that are bound and have not finished, those asked about among them. */
  readonly occupancy: Occupancy;
  readonly volumes: Volumes;
  /** Of the pods asked about, by uid, those that were still there. */
  readonly found: ReadonlyMap<string, { readonly terminating: boolean }>;
  /** How many pods that are not going the controllers of the pods asked about have, by uid of the controller. */
  readonly replicas: ReadonlyMap<string, number>;
  /** How many pods they have made since the question was asked: those that have taken the place of others, bound or not. */
  readonly replaced: ReadonlyMap<string, number>;
  /** Those of them that are on no node yet. */
  readonly waiting: readonly WaitingPod[];
}

export interface WaitingPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly demand: Demand;
}

/** A pod that leaves its node, or would, and is replaced. */
export interface Mover {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly controller: { readonly kind: string; readonly uid: string };
  readonly demand: Demand;
}

/** undefined: nothing manages it, so nothing needs a place for it. */
export function moverOf({ uid, namespace, name, node, controller, demand }: PodView): Mover | undefined {
  return controller === undefined
    ? undefined
    : { uid, namespace, name, node, controller: { kind: controller.kind, uid: controller.uid }, demand };
}

/** What a survey keeps of a pod until it is counted. */
export interface SurveyedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly controller: string | undefined;
  readonly terminating: boolean;
  readonly createdAt: Instant;
  readonly demand: Demand;
}

export function projectSurveyed(pod: Pod): SurveyedPod {
  const { metadata, spec } = pod;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    node: spec.nodeName ?? "",
    controller: controllerOf(metadata)?.uid,
    terminating: metadata.deletionTimestamp !== undefined,
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    demand: demandOf(pod),
  };
}
