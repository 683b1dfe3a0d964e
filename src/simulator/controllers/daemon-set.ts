import { controllerOf } from "../../kube/object.ts";
import { daemonTolerations } from "../../kube/daemon-tolerations.ts";
import type { Node } from "../../kube/node.ts";
import { isPodFinished, type PodSpec } from "../../kube/pod.ts";
import { daemonSets, nodes, pods } from "../../kube/resource.ts";
import { subjectOf } from "../store/change.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, ReactionQueue } from "./actor.ts";
import { toleratedBy } from "../../kube/toleration.ts";
import { createPod, deletePod, find, isActive, type Workload } from "./workload.ts";

/** One pod on each node that its template may run on. The pod is bound at once: what the scheduler would make of its affinity. */
export function startDaemonSetController(world: World): void {
  const self = actor(world, "daemonset-controller");
  const queue = new ReactionQueue(self, (key) => sync(self, key));
  world.store.onChange((change) => {
    const { metadata } = subjectOf(change);
    if (isSame(change.resource, daemonSets)) queue.add(keyOf(metadata));
    if (isSame(change.resource, nodes)) for (const each of world.store.each(daemonSets)) queue.add(keyOf(each.metadata));
    const owner = isSame(change.resource, pods) ? controllerOf(metadata) : undefined;
    if (owner?.kind === "DaemonSet") queue.add(keyOf({ namespace: metadata.namespace ?? "", name: owner.name }));
  });
}

export function daemonSpec(owner: Workload, node: string): Partial<PodSpec> {
  return { nodeName: node, tolerations: [...(owner.spec.template.spec.tolerations ?? []), ...daemonTolerations] };
}

/** Does the DaemonSet want a pod there (pkg/controller/daemon, NodeShouldRunDaemonPod)? */
export function runsOn(owner: Workload, node: Node): boolean {
  const { nodeSelector = {} } = owner.spec.template.spec;
  const isSelected = Object.entries(nodeSelector).every(([key, value]) => node.metadata.labels?.[key] === value);
  return isSelected && toleratesAll(owner, node, ["NoSchedule", "NoExecute"]);
}

function toleratesAll(owner: Workload, { spec }: Node, effects: readonly string[]): boolean {
  const all = [...(owner.spec.template.spec.tolerations ?? []), ...daemonTolerations];
  return (spec?.taints ?? []).every((taint) => !effects.includes(taint.effect) || toleratedBy(taint, all));
}

function sync(self: Actor, key: string): void {
  const owner = find(self, daemonSets, key);
  if (owner === undefined) return;
  const own = self.world.index.ownedBy(owner.metadata.uid);
  for (const node of self.world.store.all(nodes)) {
    const here = own.filter(({ spec }) => spec.nodeName === node.metadata.name);
    const finished = here.find(({ status, metadata }) => isPodFinished(status?.phase) && metadata.deletionTimestamp === undefined);
    // It does not wait for the taint eviction controller to delete what it does not want there any more.
    if (!toleratesAll(owner, node, ["NoExecute"])) for (const pod of here.filter(isActive)) deletePod(self, pod);
    if (finished !== undefined) deletePod(self, finished);
    else if (here.length === 0 && runsOn(owner, node)) {
      createPod(self, owner, { generateName: `${owner.metadata.name}-` }, daemonSpec(owner, node.metadata.name));
    }
  }
}
