import type { RemoveOptions, WriteOptions } from "../../client/kube-api.ts";
import type { Identified, KubeObject } from "../../kube/object.ts";
import type { Patch } from "../../kube/patch.ts";
import { qualifiedName, type Resource } from "../../kube/resource.ts";
import type { At } from "../store/change.ts";
import type { World } from "../world.ts";
import { newObject } from "./creation.ts";
import { deleteObject, demand, isReleased, orphanFinalizer, withFinalizer } from "./deletion.ts";
import { patched } from "./patching.ts";
import { notFound, notImplemented } from "./refusal.ts";
import type { Requester } from "./requester.ts";
import type { ServedKind } from "./served-kinds.ts";

/**
 * What the API server does with one object, at one instant: the registry behind the endpoints. Time, faults and permissions are the
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

  create(r: Resource, body: object, o: WriteOptions & { readonly namespace?: string }, by: Requester): KubeObject {
    const kind = this.#kindFor(r, o.subresource, []);
    const object = newObject(this.#world, kind, body, o.namespace, by);
    return o.dryRun === true ? object : this.#world.store.put(r, object, { by: by.name, deed: "create" });
  }

  patch(r: Resource, at: At, patch: Patch, o: WriteOptions, by: Requester): KubeObject {
    const kind = this.#kindFor(r, o.subresource, ["status"]);
    const { store, life } = this.#world;
    const before = this.#found(r, at);
    const after = patched(kind, before, patch, o.subresource, by, life.clock.now());
    if (after === before || o.dryRun === true) return after;
    const deed = o.subresource === "status" ? "status" : "patch";
    if (isReleased(r, after)) {
      store.drop(r, at, { by: by.name, deed: "remove" });
      return after;
    }
    return store.put(r, after, { by: by.name, deed });
  }

  remove(r: Resource, at: Identified, o: RemoveOptions, by: Requester): void {
    this.#kindFor(r, o.subresource, []);
    if (o.propagation === "Foreground") throw notImplemented("deletion with propagation Foreground; Background and Orphan are");
    const object = this.#found(r, at);
    demand(r, object, { uid: at.uid });
    if (o.dryRun === true) return;
    const parting = o.propagation === "Orphan" ? withFinalizer(object, orphanFinalizer) : object;
    deleteObject(this.#world, r, parting, o.gracePeriodSeconds, { by: by.name, deed: "delete" });
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
