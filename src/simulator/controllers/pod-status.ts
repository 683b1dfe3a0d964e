import type { ContainerStatus, Pod, PodCondition } from "../../kube/pod.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { withPodConditions } from "../server/pod-condition.ts";

/** The statuses a kubelet writes, one function for each stage of a pod's life. */

export function creating(pod: Pod, now: Instant): Pod {
  const waiting = containers(pod, () => ({ ready: false, state: { waiting: { reason: "ContainerCreating" } } }));
  const next: Pod = { ...pod, status: { ...pod.status, phase: "Pending", startTime: formatTime(now), containerStatuses: waiting } };
  return withPodConditions(next, [condition("Initialized", true), ...readiness(false, "ContainersNotReady")], now);
}

export function running(pod: Pod, ready: boolean, now: Instant): Pod {
  const startedAt = formatTime(now);
  const up = containers(pod, (before) => ({
    ready,
    state: before?.state?.running === undefined ? { running: { startedAt } } : before.state,
  }));
  const next: Pod = {
    ...pod,
    status: { ...pod.status, phase: "Running", startTime: pod.status?.startTime ?? startedAt, containerStatuses: up },
  };
  return withPodConditions(next, [condition("Initialized", true), ...readiness(ready, "ContainersNotReady")], now);
}

/** Its containers were started once more, and are not Ready yet. */
export function restarted(pod: Pod, now: Instant): Pod {
  const startedAt = formatTime(now);
  const again = containers(pod, () => ({ ready: false, state: { running: { startedAt } } })).map((status) => ({
    ...status,
    restartCount: (status.restartCount ?? 0) + 1,
  }));
  const next: Pod = { ...pod, status: { ...pod.status, phase: "Running", containerStatuses: again } };
  return withPodConditions(next, readiness(false, "ContainersNotReady"), now);
}

export function ended(pod: Pod, phase: "Succeeded" | "Failed", now: Instant): Pod {
  const exitCode = phase === "Succeeded" ? 0 : 1;
  const finishedAt = formatTime(now);
  const over = containers(pod, () => ({ ready: false, state: { terminated: { exitCode, finishedAt } } }));
  const reason = phase === "Succeeded" ? "PodCompleted" : "PodFailed";
  const next: Pod = { ...pod, status: { ...pod.status, phase, containerStatuses: over } };
  return withPodConditions(next, readiness(false, reason), now);
}

function containers(pod: Pod, status: (before: ContainerStatus | undefined) => Omit<ContainerStatus, "name">): readonly ContainerStatus[] {
  return (pod.spec.containers ?? []).map(({ name }) => {
    const before = pod.status?.containerStatuses?.find((each) => each.name === name);
    return { name, restartCount: before?.restartCount ?? 0, ...status(before) };
  });
}

function readiness(ready: boolean, reason: string): readonly PodCondition[] {
  const because = ready ? {} : { reason };
  return [condition("Ready", ready), condition("ContainersReady", ready)].map((each) => ({ ...each, ...because }));
}

function condition(type: string, holds: boolean): PodCondition {
  return { type, status: holds ? "True" : "False" };
}
