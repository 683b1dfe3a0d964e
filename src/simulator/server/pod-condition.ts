import type { Pod, PodCondition } from "../../kube/pod.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";

/** The pod with these conditions set; the time of transition moves only where the status does. */
export function withPodConditions(pod: Pod, conditions: readonly PodCondition[], now: Instant): Pod {
  let present = pod.status?.conditions ?? [];
  for (const condition of conditions) {
    const before = present.find(({ type }) => type === condition.type);
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : formatTime(now);
    const next: PodCondition = { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) };
    present = before === undefined ? [...present, next] : present.map((each) => (each === before ? next : each));
  }
  return { ...pod, status: { ...pod.status, conditions: present } };
}
