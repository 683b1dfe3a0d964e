import { controllerOf, type KubeObject } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes, pods, type Resource } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import { deleteObject, orphanFinalizer } from "../server/deletion.ts";
import { replicaSets } from "../server/served-kinds.ts";
import type { At } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";
import { deletePod } from "./workload.ts";

/** PodGC leaves the pods of a node that is gone alone for so long: the node may only have been registered anew. */
const quarantine: Millis = 40_000;

/** Deletes or orphans what a deleted owner leaves behind, and deletes the pods of deleted nodes (PodGC), by force: no kubelet will end those. */
export function startGarbageCollectors(world: World): void {
  const collector = actor(world, "generic-garbage-collector");
  const podCollector = actor(world, "pod-garbage-collector");
  const owners = new ReactionQueue(collector, (uid) => collect(collector, uid));
  const orphaning = new Map<string, { readonly resource: Resource; readonly at: At }>();
  const orphans = new ReactionQueue(collector, (uid) => {
    const owner = orphaning.get(uid);
    if (owner !== undefined) orphan(collector, owner.resource, owner.at);
    orphaning.delete(uid);
  });
  const missing = new ReactionQueue(podCollector, (name) => collectPods(podCollector, name));
  world.store.onChange(({ resource, before, after }) => {
    if (after?.metadata.deletionTimestamp !== undefined && after.metadata.finalizers?.includes(orphanFinalizer) === true) {
      orphaning.set(after.metadata.uid, { resource, at: after.metadata });
      orphans.add(after.metadata.uid);
    }
    if (before === undefined || after !== undefined) return;
    if (isSame(resource, nodes)) missing.add(before.metadata.name, quarantine);
    else if (!isSame(resource, pods)) owners.add(before.metadata.uid);
  });
}

function collect(self: Actor, uid: string): void {
  const { world } = self;
  for (const pod of world.index.ownedBy(uid)) deletePod(self, pod);
  for (const each of replicaSetsOf(world, uid)) deleteObject(world, replicaSets, each, undefined, noteOf(self, "delete"));
}

/** Takes the owner's name off all it owns, and then lets the owner go. */
function orphan(self: Actor, r: Resource, at: At): void {
  const { store, index } = self.world;
  const owner = store.find(r, at);
  if (owner === undefined) return;
  const { uid, finalizers = [] } = owner.metadata;
  for (const pod of index.ownedBy(uid)) store.put(pods, disowned(pod, uid), noteOf(self, "patch"));
  for (const each of replicaSetsOf(self.world, uid)) store.put(replicaSets, disowned(each, uid), noteOf(self, "patch"));
  const rest = finalizers.filter((finalizer) => finalizer !== orphanFinalizer);
  if (rest.length === 0) store.drop(r, at, noteOf(self, "remove"));
  else store.put(r, { ...owner, metadata: { ...owner.metadata, finalizers: rest } }, noteOf(self, "patch"));
}

function disowned<T extends KubeObject>(object: T, uid: string): T {
  const { ownerReferences = [], ...metadata } = object.metadata;
  const rest = ownerReferences.filter((owner) => owner.uid !== uid);
  return { ...object, metadata: rest.length === 0 ? metadata : { ...metadata, ownerReferences: rest } };
}

function replicaSetsOf({ store }: World, uid: string): readonly KubeObject[] {
  return [...store.each(replicaSets)].filter((each) => controllerOf(each.metadata)?.uid === uid);
}

function collectPods(self: Actor, node: string): void {
  const { store, index } = self.world;
  if (store.find(nodes, { name: node }) !== undefined) return;
  for (const pod of index.on(node)) deleteObject(self.world, pods, pod as Pod, 0, noteOf(self, "delete"));
}
