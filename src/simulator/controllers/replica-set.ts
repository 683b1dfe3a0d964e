import { controllerOf } from "../../kube/object.ts";
import { isPodReady, type Pod } from "../../kube/pod.ts";
import { pods } from "../../kube/resource.ts";
import { replicaSets } from "../server/served-kinds.ts";
import { subjectOf } from "../store/change.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, ReactionQueue } from "./actor.ts";
import { createPod, deletePod, find, isActive } from "./workload.ts";

/** Keeps as many pods as asked for. A pod is replaced as soon as it is marked to go, not only when it is gone. */
export function startReplicaSetController(world: World): void {
  const self = actor(world, "replicaset-controller");
  const queue = new ReactionQueue(self, (key) => sync(self, key));
  world.store.onChange((change) => {
    const { metadata } = subjectOf(change);
    if (isSame(change.resource, replicaSets)) queue.add(keyOf(metadata));
    if (!isSame(change.resource, pods)) return;
    const owner = controllerOf(metadata);
    if (owner?.kind === "ReplicaSet") queue.add(keyOf({ namespace: metadata.namespace ?? "", name: owner.name }));
  });
}

function sync(self: Actor, key: string): void {
  const owner = find(self, replicaSets, key);
  if (owner === undefined) return;
  const active = self.world.index.ownedBy(owner.metadata.uid).filter(isActive);
  const wanted = owner.spec.replicas ?? 1;
  for (let missing = wanted - active.length; missing > 0; missing -= 1) createPod(self, owner, { generateName: `${owner.metadata.name}-` });
  for (const pod of [...active].sort(dispensableFirst).slice(0, Math.max(0, active.length - wanted))) deletePod(self, pod);
}

/** Those nowhere, then those not Ready, then the youngest: what is worth least goes first. */
function dispensableFirst(a: Pod, b: Pod): number {
  return worth(a) - worth(b) || (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? "");
}

function worth({ spec, status }: Pod): number {
  return (spec.nodeName === undefined ? 0 : 1) + (isPodReady(status) ? 1 : 0);
}
