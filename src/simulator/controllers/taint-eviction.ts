import type { Node, Taint } from "../../kube/node.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { withPodConditions } from "../server/pod-condition.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";
import { tolerates } from "../../kube/toleration.ts";
import { deletePod } from "./workload.ts";

/** The taint eviction controller: what does not tolerate a NoExecute taint is deleted, plainly, without asking any budget. */
export function startTaintEvictionController(world: World): void {
  const self = actor(world, "taint-eviction-controller");
  /** When a taint that does not say so itself was first seen: kubectl's have no `timeAdded`. */
  const seen = new Map<string, Instant>();
  const queue = new ReactionQueue(self, (name) => sync(self, name, queue, seen));
  world.store.onChange(({ resource, before, after }) => {
    if (after === undefined) return;
    if (isSame(resource, nodes) && (hasNoExecute(after as Node) || hasNoExecute(before as Node | undefined)))
      queue.add(after.metadata.name);
    if (!isSame(resource, pods)) return;
    const node = (after as Pod).spec.nodeName;
    if (node !== undefined && (before as Pod | undefined)?.spec.nodeName !== node) queue.add(node);
  });
}

function sync(self: Actor, name: string, queue: ReactionQueue, seen: Map<string, Instant>): void {
  const { store, life, index } = self.world;
  const node = store.find(nodes, { name });
  const taints = node?.spec?.taints?.filter(({ effect }) => effect === "NoExecute") ?? [];
  const now = life.clock.now();
  const since = sinceWhen(name, taints, seen, now);
  if (taints.length === 0) return;
  let next = Number.POSITIVE_INFINITY;
  for (const pod of index.on(name)) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const until = toleratedUntil(pod, taints, since, now);
    if (until > now) next = Math.min(next, until);
    else endPod(self, pod, now);
  }
  if (next < Number.POSITIVE_INFINITY) life.timer(next - now, () => queue.add(name));
}

function sinceWhen(node: string, taints: readonly Taint[], seen: Map<string, Instant>, now: Instant): (taint: Taint) => Instant {
  const keyOf = ({ key }: Taint): string => `${node}/${key}`;
  const present = new Set(taints.map(keyOf));
  for (const key of seen.keys()) if (key.startsWith(`${node}/`) && !present.has(key)) seen.delete(key);
  for (const taint of taints) if (!seen.has(keyOf(taint))) seen.set(keyOf(taint), parseTime(taint.timeAdded) ?? now);
  return (taint) => seen.get(keyOf(taint)) ?? now;
}

/** The least of what it tolerates of each taint. */
function toleratedUntil({ spec }: Pod, taints: readonly Taint[], since: (taint: Taint) => Instant, now: Instant): Instant {
  let until = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const fitting = (spec.tolerations ?? []).filter((each) => tolerates(each, taint));
    if (fitting.length === 0) return now;
    for (const { tolerationSeconds } of fitting) {
      if (tolerationSeconds !== undefined) until = Math.min(until, since(taint) + Math.max(0, tolerationSeconds) * 1000);
    }
  }
  return until;
}

function endPod(self: Actor, pod: Pod, now: Instant): void {
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
  };
  deletePod(self, self.world.store.put(pods, withPodConditions(pod, [condition], now), noteOf(self, "status")));
}

function hasNoExecute(node: Node | undefined): boolean {
  return node?.spec?.taints?.some(({ effect }) => effect === "NoExecute") ?? false;
}
