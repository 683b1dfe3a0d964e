import { InvariantError } from "../runtime/errors.ts";
import type { Item } from "./kube-api.ts";
import type { Change, Sink } from "./reflector/reflector.ts";

/**
 * One change of a store. Neither `before` nor `after` is ever absent together. `seen`: "watched" as it happened, or "relisted": found when
 * a whole state came, so that what lay between is unknown (an object that vanished so was not seen to end).
 */
export interface StoreChange<P> {
  readonly uid: string;
  readonly before?: Item<P>;
  readonly after?: Item<P>;
  /** Of a watched deletion: the state the server sent with it, which may be newer than `before`. */
  readonly last?: Item<P>;
  readonly seen: "watched" | "relisted";
}

/** Keys under which an item is found. Any strings: user-made ones like `__proto__` too. */
export type Indexes<P, N extends string = string> = Readonly<Record<N, (item: Item<P>) => readonly string[]>>;

export interface Store<P, N extends string = string> extends Sink<P> {
  /** The version may be left out: keeping it is the reflector's business. */
  replace(items: readonly Item<P>[], resourceVersion?: string): void;
  readonly size: number;
  get(uid: string): Item<P> | undefined;
  /** The newest by this name. For cluster-scoped objects, namespace undefined. */
  byName(namespace: string | undefined, name: string): Item<P> | undefined;
  /** In the order in which they came to this key. Costs as much as it finds. @throws InvariantError for an index that was not given */
  by(index: N, key: string): readonly Item<P>[];
  items(): IterableIterator<Item<P>>;
  /** Called once for each batch or whole state, when the store holds it all. Changes that change nothing are not told. */
  onChange(listener: (changes: readonly StoreChange<P>[]) => void): Disposable;
}

/** Objects by uid, name and the given indexes. A change costs the same whatever the size. */
export function createStore<P, N extends string = string>(indexes: Indexes<P, N>): Store<P, N> {
  return new IndexedStore(indexes);
}

interface Shelf<P> {
  readonly keysOf: (item: Item<P>) => readonly string[];
  readonly byKey: Map<string, Map<string, Item<P>>>;
  /** What was asked for and has not changed since: each pass of a drain asks for the same few again and again. */
  readonly lists: Map<string, readonly Item<P>[]>;
}

class IndexedStore<P, N extends string> implements Store<P, N> {
  readonly #byUid = new Map<string, Item<P>>();
  /** By namespace, the uid that holds a name now: a key of both would be one more text for every object. */
  readonly #byName = new Map<string, Map<string, string>>();
  readonly #shelves: ReadonlyMap<string, Shelf<P>>;
  readonly #listeners = new Set<{ readonly tell: (changes: readonly StoreChange<P>[]) => void }>();

  constructor(indexes: Indexes<P, N>) {
    const shelves = Object.entries<Indexes<P>[string]>(indexes);
    this.#shelves = new Map(shelves.map(([name, keysOf]) => [name, { keysOf, byKey: new Map(), lists: new Map() }]));
  }

  get size(): number {
    return this.#byUid.size;
  }

  get(uid: string): Item<P> | undefined {
    return this.#byUid.get(uid);
  }

  byName(namespace: string | undefined, name: string): Item<P> | undefined {
    const uid = this.#byName.get(namespace ?? "")?.get(name);
    return uid === undefined ? undefined : this.#byUid.get(uid);
  }

  by(index: N, key: string): readonly Item<P>[] {
    const shelf = this.#shelves.get(index);
    if (shelf === undefined) throw new InvariantError(`the store has no index ${index}`);
    const known = shelf.lists.get(key);
    if (known !== undefined) return known;
    const items = shelf.byKey.get(key);
    if (items === undefined) return [];
    const list = [...items.values()];
    shelf.lists.set(key, list);
    return list;
  }

  items(): IterableIterator<Item<P>> {
    return this.#byUid.values();
  }

  replace(items: readonly Item<P>[]): void {
    const changes: StoreChange<P>[] = [];
    const present = new Set(items.map((item) => item.uid));
    // What vanished goes first: a namesake among the new ones must not be taken for it.
    for (const before of [...this.#byUid.values()]) {
      if (present.has(before.uid)) continue;
      this.#remove(before);
      changes.push({ uid: before.uid, before, seen: "relisted" });
    }
    for (const after of items) {
      const before = this.#put(after);
      if (before?.resourceVersion === after.resourceVersion) continue;
      changes.push({ uid: after.uid, ...(before === undefined ? {} : { before }), after, seen: "relisted" });
    }
    this.#tell(changes);
  }

  apply(batch: readonly Change<P>[]): void {
    const changes: StoreChange<P>[] = [];
    for (const { type, item } of batch) {
      if (type === "DELETED") {
        const before = this.#byUid.get(item.uid);
        if (before === undefined) continue;
        this.#remove(before);
        changes.push({ uid: item.uid, before, last: item, seen: "watched" });
      } else {
        const before = this.#put(item);
        changes.push({ uid: item.uid, ...(before === undefined ? {} : { before }), after: item, seen: "watched" });
      }
    }
    this.#tell(changes);
  }

  onChange(listener: (changes: readonly StoreChange<P>[]) => void): Disposable {
    const entry = { tell: listener };
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => void this.#listeners.delete(entry) };
  }

  #tell(changes: readonly StoreChange<P>[]): void {
    if (changes.length === 0) return;
    for (const { tell } of this.#listeners) tell(changes);
  }

  #put(item: Item<P>): Item<P> | undefined {
    const before = this.#byUid.get(item.uid);
    this.#byUid.set(item.uid, item);
    const names = this.#byName.get(item.namespace ?? "");
    if (names === undefined) this.#byName.set(item.namespace ?? "", new Map([[item.name, item.uid]]));
    else names.set(item.name, item.uid);
    for (const shelf of this.#shelves.values()) refile(shelf, before, item);
    return before;
  }

  #remove(item: Item<P>): void {
    this.#byUid.delete(item.uid);
    const names = this.#byName.get(item.namespace ?? "");
    if (names?.get(item.name) === item.uid) names.delete(item.name);
    if (names?.size === 0) this.#byName.delete(item.namespace ?? "");
    for (const shelf of this.#shelves.values()) refile(shelf, item, undefined);
  }
}

/** An item that stays under a key keeps its place there. */
function refile<P>({ keysOf, byKey, lists }: Shelf<P>, before: Item<P> | undefined, after: Item<P> | undefined): void {
  const keys = after === undefined ? [] : keysOf(after);
  if (before !== undefined) {
    for (const key of keysOf(before)) {
      lists.delete(key);
      if (keys.includes(key)) continue;
      const items = byKey.get(key);
      items?.delete(before.uid);
      if (items?.size === 0) byKey.delete(key);
    }
  }
  if (after === undefined) return;
  for (const key of keys) {
    lists.delete(key);
    const items = byKey.get(key);
    if (items === undefined) byKey.set(key, new Map([[after.uid, after]]));
    else items.set(after.uid, after);
  }
}
