import type { Budget } from "../../kube/budget.ts";
import { recountBudget } from "../../kube/budget-arithmetic.ts";
import { controllerOf, type KubeObject, type OwnerReference } from "../../kube/object.ts";
import { deployments, budgets, pods, type Resource } from "../../kube/resource.ts";
import { type ScaledWorkload, scaleOfOwner, type ScaleReading, type ScaleSource } from "../../kube/scale-of-owner.ts";
import { matchesLabelSelector } from "../../kube/selector.ts";
import type { Millis } from "../../runtime/clock.ts";
import { replicaSets, statefulSets } from "../server/served-kinds.ts";
import type { Change } from "../store/change.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, commitPause, noteOf, ReactionQueue } from "./actor.ts";

/** The disruption controller: counts a budget anew whenever one of its pods changes. One worker for all budgets, as in Kubernetes. */
export function startDisruptionController(world: World): void {
  const self = actor(world, "disruption-controller");
  const rechecks = new Map<string, Disposable>();
  const queue = new ReactionQueue(self, async (key) => {
    // What an earlier count meant to look at again is looked at now.
    rechecks.get(key)?.[Symbol.dispose]();
    rechecks.delete(key);
    const wait = await recount(self, key, queue);
    if (wait !== undefined)
      rechecks.set(
        key,
        world.life.timer(wait, () => queue.add(key)),
      );
  });
  world.store.onChange((change) => {
    if (isSame(change.resource, budgets)) {
      if (change.after !== undefined) queue.add(keyOf(change.after.metadata));
    } else if (isSame(change.resource, pods)) {
      for (const budget of world.store.each(budgets)) if (concerns(budget, change)) queue.add(keyOf(budget.metadata));
    }
  });
}

/** The status a budget has once the controller has counted; the budget's own where nothing changes. */
export function recounted(world: World, budget: Budget): ReturnType<typeof recountBudget> {
  const scaleOf = (owner: OwnerReference, namespace: string): ScaleReading => scaleOfOwner(owner, namespace, scaleSource(world));
  return recountBudget(budget, world.index.in(budget.metadata.namespace ?? ""), scaleOf, world.life.clock.now());
}

/** Says after how long it must be counted again though nothing happens. */
async function recount(self: Actor, key: string, queue: ReactionQueue): Promise<Millis | undefined> {
  const { store, life } = self.world;
  const [namespace = "", name = ""] = key.split("/");
  const budget = store.find(budgets, { namespace, name });
  if (budget === undefined) return undefined;
  const { status, recheckAt } = recounted(self.world, budget);
  const wait = recheckAt === undefined ? undefined : Math.max(0, recheckAt - life.clock.now()) + 1;
  if (status === budget.status) return wait;
  await commitPause(self);
  const now = store.find(budgets, budget.metadata);
  if (now === undefined) return undefined;
  // Someone else wrote it (an eviction, most likely): its status is not ours to overwrite, and counting starts again.
  if (now.metadata.resourceVersion === budget.metadata.resourceVersion) store.put(budgets, { ...now, status }, noteOf(self, "status"));
  else queue.add(key);
  return wait;
}

function concerns({ metadata, spec }: Budget, { before, after }: Change): boolean {
  return [before, after].some(
    (pod) => pod !== undefined && pod.metadata.namespace === metadata.namespace && matchesLabelSelector(spec.selector, pod.metadata.labels),
  );
}

function scaleSource({ store }: World): ScaleSource {
  const resources: Readonly<Record<string, Resource>> = { ReplicaSet: replicaSets, Deployment: deployments, StatefulSet: statefulSets };
  return {
    workload: (kind, namespace, name) => {
      const r = resources[kind];
      const found = r === undefined ? undefined : store.find(r, { namespace, name });
      return found === undefined ? undefined : scaledWorkload(found);
    },
    scale: ({ apiVersion, kind }) => ({ kind: "failed", message: `${kind} (${apiVersion}) does not implement the scale subresource` }),
  };
}

function scaledWorkload(object: KubeObject): ScaledWorkload {
  const { spec } = object as { readonly spec?: { readonly replicas?: number } };
  const controller = controllerOf(object.metadata);
  return { uid: object.metadata.uid, replicas: spec?.replicas ?? 1, ...(controller === undefined ? {} : { controller }) };
}
