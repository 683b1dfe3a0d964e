import { controllerOf } from "../../kube/object.ts";
import { isPodReady, type Pod, type PodPhase } from "../../kube/pod.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";

/** A pod of a controller whose pods are drained, on another node or on none yet. Times are instants of the server's clock. */
export interface PeerView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** uid of its controller. */
  readonly controller: string;
  /** Absent: not scheduled yet. */
  readonly node?: string;
  readonly phase: PodPhase;
  readonly ready: boolean;
  readonly createdAt?: Instant;
  readonly scheduledAt?: Instant;
  readonly readyAt?: Instant;
  readonly deletionTimestamp?: Instant;
  /** Why the scheduler has not placed it, in its own words. */
  readonly unscheduled?: { readonly reason: string; readonly message: string };
}

/** undefined: nothing manages it. */
export function projectPeer({ metadata, spec, status }: Pod): PeerView | undefined {
  const controller = controllerOf(metadata);
  if (controller === undefined) return undefined;
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  const times = {
    createdAt: parseTime(metadata.creationTimestamp),
    scheduledAt: scheduled?.status === "True" ? parseTime(scheduled.lastTransitionTime) : undefined,
    readyAt: parseTime(status?.conditions?.find(({ type, status: is }) => type === "Ready" && is === "True")?.lastTransitionTime),
    deletionTimestamp: parseTime(metadata.deletionTimestamp),
  };
  const { createdAt, scheduledAt, readyAt, deletionTimestamp } = times;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    controller: controller.uid,
    ...(spec.nodeName === undefined || spec.nodeName === "" ? {} : { node: spec.nodeName }),
    phase: status?.phase ?? "Pending",
    ready: isPodReady(status),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(readyAt === undefined ? {} : { readyAt }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(scheduled?.status === "False" ? { unscheduled: { reason: scheduled.reason ?? "", message: scheduled.message ?? "" } } : {}),
  };
}
