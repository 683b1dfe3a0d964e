import type { Node } from "../../kube/node.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import { decideTaintEviction } from "../../kube/taint-eviction.ts";
import { withPodConditions } from "../server/pod-condition.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";
import { deletePod } from "./workload.ts";

/**
 * The taint eviction controller (pkg/controller/tainteviction): what does not tolerate a NoExecute taint is deleted, plainly, without asking
 * any budget; what tolerates it for a time is deleted then, counted from when the controller saw the taint.
 */
export function startTaintEvictionController(world: World): void {
  const self = actor(world, "taint-eviction-controller");
  const timers: Timers = new Map();
  const queue = new ReactionQueue(self, (name) => sync(self, name, timers));
  world.store.onChange(({ resource, before, after }) => {
    if (after === undefined) {
      if (isSame(resource, pods) && before !== undefined) cancel(timers, before as Pod);
      return;
    }
    if (isSame(resource, nodes) && (hasNoExecute(after as Node) || hasNoExecute(before as Node | undefined)))
      queue.add(after.metadata.name);
    if (!isSame(resource, pods)) return;
    const node = (after as Pod).spec.nodeName;
    if (node !== undefined && (before as Pod | undefined)?.spec.nodeName !== node) queue.add(node);
  });
}

/** By uid: the deletions that are due later. */
type Timers = Map<string, Disposable>;

function sync(self: Actor, name: string, timers: Timers): void {
  const { store, index } = self.world;
  const taints = store.find(nodes, { name })?.spec?.taints ?? [];
  for (const pod of index.on(name)) {
    const verdict = decideTaintEviction(taints, pod.spec.tolerations ?? []);
    if (verdict.kind === "stays") cancel(timers, pod);
    else if (verdict.afterSeconds > 0) schedule(self, timers, pod, verdict.afterSeconds);
    else {
      cancel(timers, pod);
      endPod(self, pod);
    }
  }
}

function cancel(timers: Timers, { metadata }: Pod): void {
  timers.get(metadata.uid)?.[Symbol.dispose]();
  timers.delete(metadata.uid);
}

/** What is scheduled stays so: a second taint that is tolerated for less time does not hasten it (processPodOnNode keeps the older work). */
function schedule(self: Actor, timers: Timers, { metadata }: Pod, seconds: number): void {
  const { uid, namespace = "", name } = metadata;
  if (timers.has(uid)) return;
  const fire = (): void => {
    timers.delete(uid);
    const pod = self.world.store.find(pods, { namespace, name });
    if (pod?.metadata.uid === uid) endPod(self, pod);
  };
  timers.set(uid, self.world.life.timer(seconds * 1000, fire));
}

function endPod(self: Actor, pod: Pod): void {
  if (pod.metadata.deletionTimestamp !== undefined) return;
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
  };
  deletePod(self, self.world.store.put(pods, withPodConditions(pod, [condition], self.world.life.clock.now()), noteOf(self, "status")));
}

function hasNoExecute(node: Node | undefined): boolean {
  return node?.spec?.taints?.some(({ effect }) => effect === "NoExecute") ?? false;
}
