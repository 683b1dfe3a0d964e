import { maintenances } from "../../../src/api/maintenance.ts";
import { nodeMaintenances } from "../../../src/api/node-maintenance.ts";
import { customResourceDefinitions } from "../../../src/kube/custom-resource-definition.ts";
import type { Json, KubeObject } from "../../../src/kube/object.ts";
import {
  budgets,
  daemonSets,
  events,
  leases,
  namespaces,
  persistentVolumes,
  type Resource,
  qualifiedName,
  volumeAttachments,
} from "../../../src/kube/resource.ts";
import { formatTime } from "../../../src/kube/time.ts";
import type { Clock } from "../../../src/runtime/clock.ts";
import { budgetObjects, daemonSetObjects, type FleetSize, NodeShelf, PodShelf } from "./fleet.ts";
import { type Change, type Entry, entryOf, KeptShelf, objectOf, patched, type Shelf } from "./shelf.ts";

/** What happened to one resource, in the order of its versions. */
export interface Happening extends Change {
  readonly version: number;
}

type Listener = (happening: Happening) => void;

const kept: readonly Resource[] = [
  maintenances,
  nodeMaintenances,
  customResourceDefinitions,
  budgets,
  daemonSets,
  events,
  leases,
  namespaces,
  persistentVolumes,
  volumeAttachments,
];

/** Versions that a watch can go on from: older ones are answered with 410, as after a compaction. */
const remembered = 20_000;

/** A cluster of any size that costs its maker nothing: fleets are made from numbers, the rest is kept as it was written. */
export class World {
  readonly nodes: NodeShelf;
  readonly pods: PodShelf;
  readonly size: FleetSize;
  readonly #clock: Clock;
  readonly #shelves: ReadonlyMap<string, Shelf>;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #past = new Map<string, Happening[]>();
  #version = 200_000_000;
  /** What happened up to here is not known any more. */
  #forgotten = 0;
  #made = 0;
  /** Where the next pod of a workload is put. */
  #nextNode = 0;

  constructor(size: FleetSize, clock: Clock) {
    this.size = size;
    this.#clock = clock;
    this.nodes = new NodeShelf(size, clock.now());
    this.pods = new PodShelf(size, clock.now());
    const shelves: readonly Shelf[] = [this.nodes, this.pods, ...kept.map((resource) => new KeptShelf(resource))];
    this.#shelves = new Map(shelves.map((shelf) => [qualifiedName(shelf.resource), shelf]));
    for (const object of daemonSetObjects()) this.shelf(daemonSets)?.put(object, "1");
    for (const object of budgetObjects(size)) this.shelf(budgets)?.put(object, "1");
    for (const name of ["default", "kube-system", "drydock-system", "medik8s-leases"])
      this.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } as KubeObject["metadata"] });
  }

  get version(): number {
    return this.#version;
  }

  shelf(resource: Pick<Resource, "group" | "plural">): Shelf | undefined {
    return this.#shelves.get(resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`);
  }

  /** @returns undefined where there is one of that name */
  create(resource: Resource, object: KubeObject): Entry | undefined {
    const shelf = this.shelf(resource);
    const { namespace, name } = object.metadata;
    if (shelf === undefined || shelf.find(namespace, name) !== undefined) return undefined;
    const uid = `00000000-0000-4000-9000-${(++this.#made).toString(16).padStart(12, "0")}`;
    const metadata = { ...object.metadata, uid, generation: 1, creationTimestamp: formatTime(this.#clock.now()) };
    const entry = shelf.put(established({ ...object, metadata }), this.#next());
    this.#tell(resource, { type: "ADDED", entry });
    return entry;
  }

  /** @returns "conflict" where it is of another version than the patch names; undefined where there is none */
  patch(
    resource: Resource,
    at: { readonly namespace?: string; readonly name: string },
    patch: Json,
    subresource?: string,
  ): Entry | "conflict" | undefined {
    const shelf = this.shelf(resource);
    const found = shelf?.find(at.namespace, at.name);
    if (shelf === undefined || found === undefined) return undefined;
    const object = objectOf(found);
    const { uid, resourceVersion } =
      (patch as { readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string } }).metadata ?? {};
    if ((uid ?? object.metadata.uid) !== object.metadata.uid) return "conflict";
    if ((resourceVersion ?? object.metadata.resourceVersion) !== object.metadata.resourceVersion) return "conflict";
    const next = patched(object, patch, subresource);
    if (next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0) return this.#end(shelf, next);
    const entry = shelf.put(next, this.#next());
    this.#tell(resource, { type: "MODIFIED", entry });
    return entry;
  }

  /** As the API server does: with finalizers it is only marked. */
  remove(resource: Resource, at: { readonly namespace?: string; readonly name: string }): Entry | undefined {
    const shelf = this.shelf(resource);
    const found = shelf?.find(at.namespace, at.name);
    if (shelf === undefined || found === undefined) return undefined;
    const object = objectOf(found);
    if ((object.metadata.finalizers ?? []).length === 0) return this.#end(shelf, object);
    if (object.metadata.deletionTimestamp !== undefined) return found;
    const metadata = { ...object.metadata, deletionTimestamp: formatTime(this.#clock.now()), deletionGracePeriodSeconds: 0 };
    const entry = shelf.put({ ...object, metadata }, this.#next());
    this.#tell(resource, { type: "MODIFIED", entry });
    return entry;
  }

  /** The pod is gone at once, another one of its workload runs elsewhere at once, and its budget has been counted anew. */
  evict(namespace: string, name: string): boolean {
    const slot = this.pods.slotOf(name);
    const before = slot === undefined ? undefined : this.pods.find(namespace, name);
    if (slot === undefined || before === undefined) return false;
    do this.#nextNode = (this.#nextNode + 1) % this.size.nodes;
    while (this.nodes.isOut(this.#nextNode));
    this.#tell(this.pods.resource, { type: "DELETED", entry: entryOf(withVersion(objectOf(before), this.#next()), before.node) });
    this.#tell(this.pods.resource, { type: "ADDED", entry: this.pods.replace(slot, this.#nextNode, this.#next()) });
    const shelf = this.shelf(budgets);
    const budget = shelf?.find(namespace, before.labels?.["app"] ?? "");
    if (shelf !== undefined && budget !== undefined)
      this.#tell(budgets, { type: "MODIFIED", entry: shelf.put(objectOf(budget), this.#next()) });
    return true;
  }

  beat(node: number): void {
    this.#tell(this.nodes.resource, { type: "MODIFIED", entry: this.nodes.beat(node, this.#clock.now(), this.#next()) });
  }

  touch(slot: number): void {
    this.#tell(this.pods.resource, { type: "MODIFIED", entry: this.pods.touch(slot, this.#next()) });
  }

  /** Tells what comes. */
  follow(resource: Pick<Resource, "group" | "plural">, listener: Listener): Disposable {
    const listeners = this.#of(this.#listeners, resource, () => new Set<Listener>());
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  }

  /** What has happened since this version; undefined where that is not known any more. */
  since(resource: Pick<Resource, "group" | "plural">, version: number): readonly Happening[] | undefined {
    const past = this.#of(this.#past, resource, () => []);
    const isCut = past.length >= remembered && (past[0]?.version ?? 0) > version;
    return isCut || version < this.#forgotten ? undefined : past.filter((happening) => happening.version > version);
  }

  /** No watch can go on from a version of the past: each has to be told the whole state anew. */
  forget(): void {
    this.#version += 1;
    this.#forgotten = this.#version;
  }

  /** Resolves once this holds of the objects of a resource. */
  async until(resource: Resource, holds: (objects: readonly KubeObject[]) => boolean): Promise<void> {
    const look = (): boolean => holds([...(this.shelf(resource)?.from(0) ?? [])].map(([, entry]) => objectOf(entry)));
    if (look()) return;
    const done = Promise.withResolvers<void>();
    using _ = this.follow(resource, () => {
      if (look()) done.resolve();
    });
    await done.promise;
  }

  #end(shelf: Shelf, object: KubeObject): Entry {
    const entry = entryOf(withVersion(object, this.#next()));
    shelf.remove(object.metadata.namespace, object.metadata.name);
    this.#tell(shelf.resource, { type: "DELETED", entry });
    return entry;
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #tell(resource: Pick<Resource, "group" | "plural">, change: Change): void {
    const happening = { ...change, version: this.#version };
    const past = this.#of(this.#past, resource, () => []);
    past.push(happening);
    if (past.length > 2 * remembered) past.splice(0, remembered);
    for (const listener of this.#of(this.#listeners, resource, () => new Set<Listener>())) listener(happening);
  }

  #of<V>(map: Map<string, V>, { group, plural }: Pick<Resource, "group" | "plural">, make: () => V): V {
    const key = `${plural}.${group}`;
    const known = map.get(key) ?? make();
    map.set(key, known);
    return known;
  }
}

/** A definition is served as soon as it stands. */
function established(object: KubeObject): KubeObject {
  if (object.kind !== customResourceDefinitions.kind) return object;
  const conditions = ["NamesAccepted", "Established"].map((type) => ({ type, status: "True" }));
  return { ...object, status: { conditions } } as KubeObject;
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}
