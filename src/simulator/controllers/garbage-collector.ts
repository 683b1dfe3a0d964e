import { controllerOf, type KubeObject } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import { deleteObject } from "../server/deletion.ts";
import { replicaSets } from "../server/served-kinds.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";
import { deletePod } from "./workload.ts";

/** PodGC leaves the pods of a node that is gone alone for so long: the node may only have been registered anew. */
const quarantine: Millis = 40_000;

/** Deletes what a deleted owner leaves behind, and the pods of deleted nodes (PodGC), by force: no kubelet will end those. */
export function startGarbageCollectors(world: World): void {
  const collector = actor(world, "generic-garbage-collector");
  const podCollector = actor(world, "pod-garbage-collector");
  const owners = new ReactionQueue(collector, (uid) => collect(collector, uid));
  const missing = new ReactionQueue(podCollector, (name) => collectPods(podCollector, name));
  world.store.onChange(({ resource, before, after }) => {
    if (before === undefined || after !== undefined) return;
    if (isSame(resource, nodes)) missing.add(before.metadata.name, quarantine);
    else if (!isSame(resource, pods)) owners.add(before.metadata.uid);
  });
}

function collect(self: Actor, uid: string): void {
  const { world } = self;
  for (const pod of world.index.ownedBy(uid)) deletePod(self, pod);
  const owned = (object: KubeObject): boolean => controllerOf(object.metadata)?.uid === uid;
  for (const each of [...world.store.each(replicaSets)].filter(owned)) {
    deleteObject(world, replicaSets, each, undefined, noteOf(self, "delete"));
  }
}

function collectPods(self: Actor, node: string): void {
  const { store, index } = self.world;
  if (store.find(nodes, { name: node }) !== undefined) return;
  for (const pod of index.on(node)) deleteObject(self.world, pods, pod as Pod, 0, noteOf(self, "delete"));
}
