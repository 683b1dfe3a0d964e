import type { Selection } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { badRequest, expired, tooLargeVersion } from "./refusal.ts";
import { matcherOf } from "./selection.ts";

/** Where a list goes on: at one revision, after one key. Opaque to clients on a real server. */
export interface Place {
  readonly revision: number;
  readonly after: string;
}

export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly revision: number;
  readonly next?: Place;
  /** Only without selectors, as on a real server. */
  readonly remaining?: number;
}

export interface PageRequest extends Selection {
  /** 0: everything. */
  readonly limit: number;
  readonly place?: Place;
  /** Not older than this. */
  readonly resourceVersion?: string;
}

/**
 * One page of a list; all pages show the cluster at the revision of the first.
 *
 * @throws KubeError 400 (selectors), 410 (that revision is forgotten), 504 (a resourceVersion that is not there yet)
 */
export function listPage(world: World, r: Resource, request: PageRequest): ListPage {
  const kind = world.kinds.of(r);
  const matcher = matcherOf(kind, request);
  const { store } = world;
  const { place, limit } = request;
  if (place === undefined) demandReached(request.resourceVersion, store.revision);
  const revision = place?.revision ?? store.revision;
  const objects = store.allAt(r, revision, request.namespace);
  if (objects === undefined) {
    throw expired(
      "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.",
    );
  }
  const from = place === undefined ? 0 : objects.findIndex((object) => keyOf(object.metadata) > place.after);
  const rest = from === -1 ? [] : objects.slice(from);
  const items: KubeObject[] = [];
  let looked = 0;
  for (const object of rest) {
    if (limit > 0 && items.length === limit) break;
    looked += 1;
    if (matcher(object)) items.push(object);
  }
  const last = items.at(-1);
  const left = rest.slice(looked);
  if (last === undefined || !left.some(matcher)) return { items, revision };
  const isSelected = (request.labelSelector ?? "") !== "" || (request.fieldSelector ?? "") !== "";
  return { items, revision, next: { revision, after: keyOf(last.metadata) }, ...(isSelected ? {} : { remaining: left.length }) };
}

/** "" and "0" ask for any version. */
export function demandReached(resourceVersion: string | undefined, present: number): void {
  if (resourceVersion === undefined || resourceVersion === "" || resourceVersion === "0") return;
  if (!/^[0-9]+$/.test(resourceVersion)) throw badRequest(`Invalid value: ${JSON.stringify(resourceVersion)}: resourceVersion`);
  if (Number(resourceVersion) > present) throw tooLargeVersion(resourceVersion, present);
}
