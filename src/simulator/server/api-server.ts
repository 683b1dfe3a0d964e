import type { RemoveOptions, WriteOptions } from "../../client/kube-api.ts";
import { type CustomResourceDefinition, customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import { isJsonObject } from "../../kube/json-equal.ts";
import type { Identified, Json, KubeObject } from "../../kube/object.ts";
import type { Patch } from "../../kube/patch.ts";
import { qualifiedName, type Resource } from "../../kube/resource.ts";
import type { At } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { demandFree, newObject } from "./creation.ts";
import { demandConforming, shaped } from "./custom-resources/conforming.ts";
import { partingDefinition } from "./custom-resources/definition-deletion.ts";
import { finalizerWarnings } from "./custom-resources/finalizer-warnings.ts";
import { deleteObject, demand, isReleased, orphanFinalizer, withFinalizer } from "./deletion.ts";
import type { Draft } from "./draft.ts";
import { patched } from "./patching.ts";
import { notFound, notImplemented } from "./refusal.ts";
import type { Requester } from "./requester.ts";
import type { ServedKind } from "./served-kind.ts";

/**
 * What the API server does with one object, at one instant: the registry behind the endpoints. Time, faults, permissions and webhooks are the
 * caller's business. Throws `KubeError` as an HTTP client would.
 */
export class ApiServer {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get(r: Resource, at: At): KubeObject {
    this.#world.kinds.of(r);
    return this.#found(r, at);
  }

  create(r: Resource, body: object, o: WriteOptions & { readonly namespace?: string }, by: Requester): Draft {
    const kind = this.#kindFor(r, o.subresource, []);
    const { store } = this.#world;
    const { object: after, warnings } = shaped(kind, newObject(this.#world, kind, body, o.namespace, by));
    demandConforming(kind, after, undefined, undefined);
    return {
      kind,
      operation: "CREATE",
      subresource: undefined,
      at: after.metadata,
      before: undefined,
      after,
      dryRun: o.dryRun === true,
      warnings: [...warnings, ...(kind.custom ? finalizerWarnings(undefined, after) : [])],
      isStale: () => false,
      commit: () => {
        demandFree(this.#world, r, after.metadata);
        return o.dryRun === true ? after : store.put(r, after, { by: by.name, deed: "create" });
      },
    };
  }

  patch(r: Resource, at: At, patch: Patch, o: WriteOptions, by: Requester): Draft {
    const kind = this.#kindFor(r, o.subresource, ["status"]);
    const { store, life } = this.#world;
    if (patch.kind === "apply" && o.subresource === undefined && store.find(r, at) === undefined) {
      const place = at.namespace === undefined ? {} : { namespace: at.namespace };
      return this.create(r, applied(patch.body, at), { ...o, ...place }, by);
    }
    const before = this.#found(r, at);
    const { object: after, warnings } = patched(kind, before, patch, o.subresource, by, life.clock.now());
    const deed = o.subresource === "status" ? "status" : "patch";
    return {
      kind,
      operation: "UPDATE",
      subresource: o.subresource,
      at,
      before,
      after,
      dryRun: o.dryRun === true,
      warnings: [...warnings, ...(kind.custom ? finalizerWarnings(before, after) : [])],
      isStale: () => store.find(r, at) !== before,
      commit: () => {
        if (after === before || o.dryRun === true) return after;
        if (!isReleased(r, after)) return store.put(r, after, { by: by.name, deed });
        store.drop(r, at, { by: by.name, deed: "remove" });
        return after;
      },
    };
  }

  remove(r: Resource, at: Identified, o: RemoveOptions, by: Requester): Draft {
    const kind = this.#kindFor(r, o.subresource, []);
    if (o.propagation === "Foreground") throw notImplemented("deletion with propagation Foreground; Background and Orphan are");
    const { store } = this.#world;
    const before = this.#found(r, at);
    demand(r, before, { uid: at.uid, ...(o.resourceVersion === undefined ? {} : { resourceVersion: o.resourceVersion }) });
    return {
      kind,
      operation: "DELETE",
      subresource: undefined,
      at,
      before,
      after: undefined,
      dryRun: o.dryRun === true,
      warnings: [],
      isStale: () => store.find(r, at) !== before,
      commit: () => {
        if (o.dryRun !== true) this.#delete(r, before, o, by);
        return before;
      },
    };
  }

  #delete(r: Resource, object: KubeObject, o: RemoveOptions, by: Requester): void {
    const { store, life } = this.#world;
    const note = { by: by.name, deed: "delete" } as const;
    if (isSame(r, customResourceDefinitions) && object.metadata.deletionTimestamp === undefined) {
      store.put(r, partingDefinition(object as CustomResourceDefinition, life.clock.now()), note);
      return;
    }
    const parting = o.propagation === "Orphan" ? withFinalizer(object, orphanFinalizer) : object;
    deleteObject(this.#world, r, parting, o.gracePeriodSeconds, note);
  }

  #found(r: Resource, at: At): KubeObject {
    const object = this.#world.store.find(r, at);
    if (object === undefined) throw notFound(r, at.name);
    return object;
  }

  #kindFor(r: Resource, subresource: string | undefined, possible: readonly string[]): ServedKind {
    const kind = this.#world.kinds.of(r);
    if (subresource === undefined || (possible.includes(subresource) && kind.subresources.includes(subresource))) return kind;
    const has = kind.subresources.length === 0 ? "none" : kind.subresources.join(", ");
    throw notImplemented(`${qualifiedName(r)}/${subresource} for this verb; subresources of ${qualifiedName(r)}: ${has}`);
  }
}

/** The body of an apply as that of a creation: its name is that of the request. */
function applied(body: Json, { name }: At): object {
  const { metadata, ...content } = isJsonObject(body) ? body : {};
  return { ...content, metadata: { ...(isJsonObject(metadata) ? metadata : {}), name } };
}
