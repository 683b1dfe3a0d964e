import type { KubeObject } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { pods, type Resource } from "../../kube/resource.ts";
import { formatTime, parseTime } from "../../kube/time.ts";
import type { Note } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { graceFor } from "./pod-admission.ts";
import { otherUid, otherVersion, unmet } from "./refusal.ts";

/** Holds an owner until the garbage collector has taken its name off what it owns. */
export const orphanFinalizer = "orphan";

export function withFinalizer<T extends KubeObject>(object: T, finalizer: string): T {
  return { ...object, metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] } };
}

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** @throws KubeError 409 */
export function demand(r: Resource, object: KubeObject, { uid, resourceVersion }: Preconditions): void {
  const { metadata } = object;
  if (uid !== undefined && uid !== metadata.uid) throw unmet(r, metadata.name, otherUid(uid, metadata.uid));
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw unmet(r, metadata.name, otherVersion(resourceVersion, metadata.resourceVersion));
}

/**
 * Deletes as the API server does. A pod that runs is marked and left to its kubelet, and a second deletion can only shorten the time it has;
 * everything else, and a pod with grace 0, goes at once unless finalizers hold it.
 *
 * @param grace in seconds; for pods only
 */
export function deleteObject(world: World, r: Resource, object: KubeObject, grace: number | undefined, note: Note): void {
  if (isSame(r, pods)) {
    const seconds = graceFor(object as Pod, grace);
    if (seconds > 0) {
      markPod(world, object as Pod, seconds, note);
      return;
    }
  }
  if ((object.metadata.finalizers ?? []).length > 0) markHeld(world, r, object, note);
  else world.store.drop(r, object.metadata, { ...note, deed: "remove" });
}

/** What a patch of the finalizers left behind: an object that waits for nothing else goes. */
export function isReleased(r: Resource, { metadata }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  return !isSame(r, pods) || metadata.deletionGracePeriodSeconds === 0;
}

function markPod(world: World, pod: Pod, seconds: number, note: Note): void {
  const { metadata } = pod;
  let start = world.life.clock.now();
  if (metadata.deletionTimestamp !== undefined) {
    const left = metadata.deletionGracePeriodSeconds ?? 0;
    if (seconds >= left) return;
    start = (parseTime(metadata.deletionTimestamp) ?? start) - left * 1000;
  }
  const marked: Pod = {
    ...pod,
    metadata: {
      ...metadata,
      deletionTimestamp: formatTime(start + seconds * 1000),
      deletionGracePeriodSeconds: seconds,
      generation: (metadata.generation ?? 0) + 1,
    },
  };
  world.store.put(pods, marked, note);
}

function markHeld(world: World, r: Resource, object: KubeObject, note: Note): void {
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0) return;
  const deletionTimestamp = metadata.deletionTimestamp ?? formatTime(world.life.clock.now());
  // The mark is a new generation, where the kind counts them and a kubelet has not been given its time before (markAsDeleting).
  const { generation } = metadata;
  const counted = generation === undefined || metadata.deletionGracePeriodSeconds !== undefined ? {} : { generation: generation + 1 };
  const marked = { ...metadata, ...counted, deletionTimestamp, deletionGracePeriodSeconds: 0 };
  world.store.put(r, { ...object, metadata: marked }, note);
}
