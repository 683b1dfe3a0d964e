import { deployments } from "../../kube/resource.ts";
import { controllerOf } from "../../kube/object.ts";
import { replicaSets } from "../server/served-kinds.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";
import { find, type Workload } from "./workload.ts";

/** Hands a Deployment's scale on to its ReplicaSet. There is one ReplicaSet each: a changed template is not rolled out. */
export function startDeploymentController(world: World): void {
  const self = actor(world, "deployment-controller");
  const queue = new ReactionQueue(self, (key) => sync(self, key));
  world.store.onChange(({ resource, after }) => {
    if (isSame(resource, deployments) && after !== undefined) queue.add(keyOf(after.metadata));
  });
}

function sync(self: Actor, key: string): void {
  const owner = find(self, deployments, key);
  if (owner === undefined) return;
  for (const each of self.world.store.each(replicaSets)) {
    const replicaSet = each as Workload;
    if (controllerOf(each.metadata)?.uid !== owner.metadata.uid || replicaSet.spec.replicas === owner.spec.replicas) continue;
    const { metadata, spec } = replicaSet;
    const next = {
      ...replicaSet,
      metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 },
      spec: { ...spec, replicas: owner.spec.replicas ?? 1 },
    };
    self.world.store.put(replicaSets, next, noteOf(self, "patch"));
  }
}
