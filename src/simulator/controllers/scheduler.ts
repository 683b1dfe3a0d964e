import type { Pod } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import type { Random } from "../../runtime/random.ts";
import { withPodConditions } from "../server/pod-condition.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, commitPause, noteOf, ReactionQueue } from "./actor.ts";
import { place, type Placement } from "./placement.ts";

/**
 * The default scheduler: one pod at a time, bound a moment after it was decided. A cordon that comes in between does not stop the binding:
 * such late arrivals are what a drain must expect. What fits nowhere waits for a change of the nodes, or for a pod to go.
 */
export function startScheduler(world: World): void {
  const self = actor(world, "default-scheduler");
  const waiting = new Set<string>();
  const queue = new ReactionQueue(self, (key) => schedule(self, key, waiting));
  world.store.onChange(({ resource, before, after }) => {
    if (isSame(resource, nodes)) for (const key of waiting) queue.add(key);
    if (!isSame(resource, pods)) return;
    if (after === undefined) for (const key of waiting) queue.add(key);
    if (before === undefined && after !== undefined && isOurs(after as Pod)) queue.add(keyOf(after.metadata));
  });
}

/** Where a pod would be put among all nodes as they are now. */
export function placementOf({ store, index }: World, pod: Pod, random: Random): Placement {
  const candidates = store.all(nodes).map((node) => ({ node, pods: index.on(node.metadata.name) }));
  return place(pod, candidates, random);
}

function isOurs({ metadata, spec }: Pod): boolean {
  return (spec.nodeName ?? "") === "" && spec.schedulerName === "default-scheduler" && metadata.deletionTimestamp === undefined;
}

async function schedule(self: Actor, key: string, waiting: Set<string>): Promise<void> {
  const { world } = self;
  const { store, life } = world;
  const [namespace = "", name = ""] = key.split("/");
  waiting.delete(key);
  const pod = store.find(pods, { namespace, name });
  if (pod === undefined || !isOurs(pod)) return;
  const placement = placementOf(world, pod, self.random);
  await commitPause(self);
  const now = store.find(pods, { namespace, name });
  if (now?.metadata.uid !== pod.metadata.uid || !isOurs(now)) return;
  if ("node" in placement) {
    const bound: Pod = { ...now, spec: { ...now.spec, nodeName: placement.node } };
    store.put(pods, withPodConditions(bound, [{ type: "PodScheduled", status: "True" }], life.clock.now()), noteOf(self, "bind"));
    return;
  }
  waiting.add(key);
  const said = now.status?.conditions?.find(({ type }) => type === "PodScheduled")?.message;
  if (said === placement.message) return;
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: placement.message };
  store.put(pods, withPodConditions(now, [condition], life.clock.now()), noteOf(self, "status"));
}
