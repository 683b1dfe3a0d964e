import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import { pods, type Resource } from "../../kube/resource.ts";
import { deleteObject } from "../server/deletion.ts";
import { replicaSets } from "../server/served-kinds.ts";
import { type At, subjectOf } from "../store/change.ts";
import { isSame, keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";

/**
 * The generic garbage collector, for all that is no pod and no ReplicaSet (whose owners garbage-collector.ts knows): what names owners goes
 * when the last of them is gone, and at once where none of them is there, be it that another object has its name by now (another uid).
 * An owner of a kind that is not served is waited for.
 */
export function startDependentsCollector(world: World): void {
  const self = actor(world, "dependents-collector");
  const dependents = new Map<string, { readonly resource: Resource; readonly at: At }>();
  const queue = new ReactionQueue(self, (key) => {
    const dependent = dependents.get(key);
    if (dependent !== undefined) look(self, dependent.resource, dependent.at);
  });
  world.store.onChange((change) => {
    const { resource, after } = change;
    const subject = subjectOf(change);
    if (after === undefined) for (const key of ownedBy(world, dependents, subject.metadata.uid)) queue.add(key);
    if (isSame(resource, pods) || isSame(resource, replicaSets)) return;
    const key = `${resource.group}/${resource.plural}/${keyOf(subject.metadata)}`;
    if ((after?.metadata.ownerReferences ?? []).length === 0) {
      dependents.delete(key);
      return;
    }
    const isNew = !dependents.has(key);
    dependents.set(key, { resource, at: subject.metadata });
    if (isNew) queue.add(key);
  });
}

function ownedBy(
  { store }: World,
  dependents: ReadonlyMap<string, { readonly resource: Resource; readonly at: At }>,
  uid: string,
): readonly string[] {
  return [...dependents].flatMap(([key, { resource, at }]) =>
    store.find(resource, at)?.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true ? [key] : [],
  );
}

function look(self: Actor, r: Resource, at: At): void {
  const { world } = self;
  const object = world.store.find(r, at);
  const owners = object?.metadata.ownerReferences ?? [];
  if (object === undefined || object.metadata.deletionTimestamp !== undefined || owners.length === 0) return;
  if (owners.every((owner) => isGone(world, object, owner))) deleteObject(world, r, object, undefined, noteOf(self, "delete"));
}

function isGone({ kinds, store }: World, dependent: KubeObject, { apiVersion, kind, name, uid }: OwnerReference): boolean {
  const owner = kinds.named(apiVersion, kind);
  if (owner === undefined) return false;
  const { namespace } = dependent.metadata;
  const found = store.find(owner, { name, ...(owner.namespaced && namespace !== undefined ? { namespace } : {}) });
  return found?.metadata.uid !== uid;
}
