import { matchesFields, parseFieldSelector } from "../../../src/kube/field-selector.ts";
import type { Json, KubeObject, StringMap } from "../../../src/kube/object.ts";
import { applyMergePatch } from "../../../src/kube/patch.ts";
import type { Resource } from "../../../src/kube/resource.ts";
import { matches, parseLabelSelector } from "../../../src/kube/selector.ts";

/** An object as far as it is selected by; its text is made when somebody wants it. */
export interface Entry {
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: StringMap;
  /** Of pods. */
  readonly node?: string;
  /** As it is at this moment. */
  text(): string;
}

export type Change = { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly entry: Entry };

/** All objects of one resource. */
export interface Shelf {
  readonly resource: Resource;
  /** From this place on, in an order that does not change; each with the place after it. */
  from(place: number): Iterable<readonly [next: number, entry: Entry]>;
  find(namespace: string | undefined, name: string): Entry | undefined;
  /** Gives the object the version and keeps it. */
  put(object: KubeObject, version: string): Entry;
  remove(namespace: string | undefined, name: string): void;
}

/** Objects kept as they are. */
export class KeptShelf implements Shelf {
  readonly resource: Resource;
  readonly #objects = new Map<string, KubeObject>();

  constructor(resource: Resource) {
    this.resource = resource;
  }

  *from(place: number): Iterable<readonly [number, Entry]> {
    let at = 0;
    for (const object of this.#objects.values()) if (at++ >= place) yield [at, entryOf(object)];
  }

  find(namespace: string | undefined, name: string): Entry | undefined {
    const object = this.#objects.get(keyOf(namespace, name));
    return object === undefined ? undefined : entryOf(object);
  }

  put(object: KubeObject, version: string): Entry {
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
    this.#objects.set(keyOf(kept.metadata.namespace, kept.metadata.name), kept);
    return entryOf(kept);
  }

  remove(namespace: string | undefined, name: string): void {
    this.#objects.delete(keyOf(namespace, name));
  }
}

export function entryOf(object: KubeObject, node?: string): Entry {
  const { namespace, name, labels } = object.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(node === undefined ? {} : { node }),
    text: () => JSON.stringify(object),
  };
}

export function objectOf(entry: Entry): KubeObject {
  return JSON.parse(entry.text()) as KubeObject;
}

/** A patch of the status changes nothing else, and no other patch changes the status. */
export function patched(object: KubeObject, patch: Json, subresource: string | undefined): KubeObject {
  const merged = applyMergePatch(object as unknown as Json, patch) as unknown as KubeObject & { spec?: Json; status?: Json };
  const before = object as KubeObject & { readonly spec?: Json; readonly status?: Json };
  if (subresource === "status") return { ...object, status: merged.status } as KubeObject;
  const isWished = JSON.stringify(merged.spec) !== JSON.stringify(before.spec);
  const generation = (object.metadata.generation ?? 1) + (isWished ? 1 : 0);
  return {
    ...merged,
    metadata: { ...merged.metadata, generation },
    ...(before.status === undefined ? {} : { status: before.status }),
  } as KubeObject;
}

/** Which objects of a resource somebody wants. */
export interface Wanted {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export function selectorOf({ namespace, labelSelector = "", fieldSelector = "" }: Wanted): (entry: Entry) => boolean {
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector);
  if (!labels.ok || !fields.ok) throw new Error(`selectors that cannot be read: ${labelSelector} ${fieldSelector}`);
  return (entry) => {
    if (namespace !== undefined && entry.namespace !== namespace) return false;
    const known: StringMap = {
      "metadata.name": entry.name,
      "metadata.namespace": entry.namespace ?? "",
      "spec.nodeName": entry.node ?? "",
    };
    return matchesFields(fields.selector, (path) => known[path]) && matches(labels.selector, entry.labels);
  };
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}
