import type { ContainerStatus, Pod } from "./pod.ts";
import { isPodReady } from "./pod.ts";

/** Why a pod is not Ready, in the words of the scheduler or the kubelet, as far as they said any; undefined for one that is Ready. */
export function whyNotReady({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return "is being deleted";
  if (isPodReady(status)) return undefined;
  const conditions = status?.conditions ?? [];
  const unscheduled = conditions.find(({ type, status: value }) => type === "PodScheduled" && value === "False");
  if (unscheduled !== undefined) return sentence("is on no node", unscheduled.message ?? unscheduled.reason);
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const stuck = containers.map(troubleOf).find((trouble) => trouble !== undefined);
  if (stuck !== undefined) return stuck;
  const ready = conditions.find(({ type }) => type === "Ready");
  return sentence("is not Ready", ready?.message ?? ready?.reason);
}

function troubleOf({ name, state }: ContainerStatus): string | undefined {
  const waiting = state?.waiting as { readonly reason?: string; readonly message?: string } | undefined;
  if (waiting?.reason !== undefined) return sentence(`container ${name} waits, ${waiting.reason}`, waiting.message);
  const code = state?.terminated?.exitCode;
  return code === undefined || code === 0 ? undefined : `container ${name} ended with exit code ${code}`;
}

function sentence(what: string, said: string | undefined): string {
  return said === undefined || said === "" ? what : `${what}: ${said}`;
}
