import {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type DefinitionCondition,
  isEstablished,
  resourceOf,
} from "../../kube/custom-resource-definition.ts";
import type { Resource } from "../../kube/resource.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { cleanupFinalizer, withDefinitionCondition } from "../server/custom-resources/definition-deletion.ts";
import { deleteObject } from "../server/deletion.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, noteOf, ReactionQueue } from "./actor.ts";

/** Accepts the names of new definitions, after which their objects are served; deletes the objects of those that go, and then lets them go. */
export function startDefinitionController(world: World): void {
  const self = actor(world, "custom-resource-definition-controller");
  const queue = new ReactionQueue(self, (name) => sync(self, name));
  /** The definitions on their way out, by the resource whose last object they wait for. */
  const leaving = new Map<string, Resource>();
  world.store.onChange(({ resource, before, after }) => {
    if (isSame(resource, customResourceDefinitions)) {
      const name = (after ?? before)?.metadata.name ?? "";
      if (after?.metadata.deletionTimestamp === undefined) leaving.delete(name);
      else leaving.set(name, servedBy(after as CustomResourceDefinition));
      if (after !== undefined) queue.add(name, 1);
    } else if (after === undefined) {
      for (const [name, left] of leaving) if (isSame(left, resource)) queue.add(name);
    }
  });
}

/** With its names accepted: there is no other definition that could have taken them. */
export function established(definition: CustomResourceDefinition, now: Instant): CustomResourceDefinition {
  const lastTransitionTime = formatTime(now);
  const conditions: readonly DefinitionCondition[] = [
    { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found", lastTransitionTime },
    {
      type: "Established",
      status: "True",
      reason: "InitialNamesAccepted",
      message: "the initial names have been accepted",
      lastTransitionTime,
    },
  ];
  const { names, versions } = definition.spec;
  const storedVersions = versions.filter(({ storage }) => storage).map(({ name }) => name);
  return { ...definition, status: { conditions, acceptedNames: names, storedVersions } };
}

function servedBy(definition: CustomResourceDefinition): Resource {
  return resourceOf(definition, definition.spec.versions.find(({ served }) => served)?.name ?? "");
}

function sync(self: Actor, name: string): void {
  const { store, life } = self.world;
  const definition = store.find(customResourceDefinitions, { name });
  if (definition === undefined) return;
  if (definition.metadata.deletionTimestamp !== undefined) finalize(self, definition);
  else if (!isEstablished(definition))
    store.put(customResourceDefinitions, established(definition, life.clock.now()), noteOf(self, "status"));
}

/** Objects with finalizers stay until those are gone, and the definition with them. */
function finalize(self: Actor, definition: CustomResourceDefinition): void {
  const { store } = self.world;
  const { name, finalizers = [] } = definition.metadata;
  if (!finalizers.includes(cleanupFinalizer)) return;
  const r = servedBy(definition);
  for (const object of store.all(r)) {
    if (object.metadata.deletionTimestamp === undefined) deleteObject(self.world, r, object, undefined, noteOf(self, "delete"));
  }
  if (store.all(r).length > 0) {
    const waiting = withDefinitionCondition(
      definition,
      {
        type: "Terminating",
        status: "True",
        reason: "InstanceDeletionInProgress",
        message: "CustomResource deletion is in progress",
      },
      self.world.life.clock.now(),
    );
    if (waiting !== definition) store.put(customResourceDefinitions, waiting, noteOf(self, "status"));
    return;
  }
  const rest = finalizers.filter((each) => each !== cleanupFinalizer);
  if (rest.length === 0) store.drop(customResourceDefinitions, { name }, noteOf(self, "remove"));
  else
    store.put(customResourceDefinitions, { ...definition, metadata: { ...definition.metadata, finalizers: rest } }, noteOf(self, "patch"));
}
