import { controllerOf } from "../../kube/object.ts";
import { isPodFinished, isPodReady } from "../../kube/pod.ts";
import { pods } from "../../kube/resource.ts";
import { statefulSets } from "../server/served-kinds.ts";
import { subjectOf } from "../store/change.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, ReactionQueue } from "./actor.ts";
import { createPod, deletePod, find, type Workload } from "./workload.ts";

/** Pods with names of their own, one incarnation at a time: the next one comes only when the object of the former is gone. */
export function startStatefulSetController(world: World): void {
  const self = actor(world, "statefulset-controller");
  const queue = new ReactionQueue(self, (key) => sync(self, key));
  world.store.onChange((change) => {
    const { metadata } = subjectOf(change);
    if (isSame(change.resource, statefulSets)) queue.add(keyOf(metadata));
    if (!isSame(change.resource, pods)) return;
    const owner = controllerOf(metadata);
    if (owner?.kind === "StatefulSet") queue.add(keyOf({ namespace: metadata.namespace ?? "", name: owner.name }));
  });
}

function sync(self: Actor, key: string): void {
  const owner = find(self, statefulSets, key);
  if (owner === undefined) return;
  const wanted = owner.spec.replicas ?? 1;
  const isOrdered = owner.spec.podManagementPolicy !== "Parallel";
  for (let ordinal = 0; ordinal < wanted; ordinal += 1) if (!keepOne(self, owner, ordinal) && isOrdered) return;
  scaleDown(self, owner, wanted, isOrdered);
}

/** True where the pod of this ordinal is up, so that the next one may follow. */
function keepOne(self: Actor, owner: Workload, ordinal: number): boolean {
  const { namespace = "", name } = owner.metadata;
  const own = `${name}-${ordinal}`;
  const pod = self.world.store.find(pods, { namespace, name: own });
  if (pod === undefined) {
    const labels = { "statefulset.kubernetes.io/pod-name": own, "apps.kubernetes.io/pod-index": String(ordinal) };
    createPod(self, owner, { name: own, labels });
    return false;
  }
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (isPodFinished(pod.status?.phase)) {
    deletePod(self, pod);
    return false;
  }
  return isPodReady(pod.status);
}

function scaleDown(self: Actor, owner: Workload, wanted: number, isOrdered: boolean): void {
  const ordinalOf = (name: string): number => Number(name.slice(owner.metadata.name.length + 1));
  const surplus = self.world.index
    .ownedBy(owner.metadata.uid)
    .filter(({ metadata }) => ordinalOf(metadata.name) >= wanted)
    .sort((a, b) => ordinalOf(b.metadata.name) - ordinalOf(a.metadata.name));
  for (const pod of isOrdered ? surplus.slice(0, 1) : surplus) if (pod.metadata.deletionTimestamp === undefined) deletePod(self, pod);
}
