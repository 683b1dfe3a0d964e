import type { KubeObject } from "../../kube/object.ts";
import { qualifiedName, type Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type At, type Change, type Note, subjectOf } from "./change.ts";
import { EventLog } from "./event-log.ts";
import { deepFreeze } from "./freeze.ts";

type Table = Map<string, KubeObject>;

/**
 * The cluster's only state: objects by resource, one revision counter over all of them, and the log of changes. Objects are never changed
 * in place. Knows nothing of what a write means: that is the server's business.
 */
export class Store {
  readonly #clock: Clock;
  readonly #tables = new Map<string, Table>();
  readonly #log: EventLog;
  readonly #listeners = new Set<(change: Change) => void>();
  #revision = 1;

  /** `eventLimit`: how many changes are kept for watchers that come back. */
  constructor(clock: Clock, eventLimit: number) {
    this.#clock = clock;
    this.#log = new EventLog(eventLimit, this.#revision);
  }

  get revision(): number {
    return this.#revision;
  }

  /** Changes up to this revision are forgotten. */
  get compacted(): number {
    return this.#log.compacted;
  }

  find<T extends KubeObject>(r: Resource<T>, at: At): T | undefined {
    return this.#table(r).get(keyOf(at)) as T | undefined;
  }

  /** In the order of etcd's keys: namespace, then name. */
  all<T extends KubeObject>(r: Resource<T>, namespace?: string): readonly T[] {
    return inKeyOrder(this.#table(r), namespace) as readonly T[];
  }

  /** Unordered: for controllers that look at everything. */
  each<T extends KubeObject>(r: Resource<T>): Iterable<T> {
    return this.#table(r).values() as Iterable<T>;
  }

  /** Creates or replaces; the object comes back with its new resourceVersion. */
  put<T extends KubeObject>(r: Resource<T>, object: T, note: Note): T {
    const table = this.#table(r);
    const key = keyOf(object.metadata);
    const before = table.get(key);
    const after = deepFreeze(stamped(object, this.#revision + 1));
    table.set(key, after);
    this.#commit(r, before, after, note);
    return after;
  }

  drop(r: Resource, at: At, note: Note): void {
    const before = this.find(r, at);
    if (before === undefined) return;
    this.#table(r).delete(keyOf(at));
    this.#commit(r, before, undefined, note);
  }

  /** All changes after a revision, of every resource; undefined where some are forgotten. */
  after(revision: number): readonly Change[] | undefined {
    return this.#log.after(revision);
  }

  /** What a list of an earlier revision would have shown, in key order; undefined where that is forgotten. */
  allAt<T extends KubeObject>(r: Resource<T>, revision: number, namespace?: string): readonly T[] | undefined {
    if (revision === this.#revision) return this.all(r, namespace);
    const since = this.#log.after(revision);
    if (since === undefined) return undefined;
    const table = new Map(this.#table(r));
    for (const change of since.toReversed()) {
      if (!isSame(change.resource, r)) continue;
      const key = keyOf(subjectOf(change).metadata);
      if (change.before === undefined) table.delete(key);
      else table.set(key, change.before);
    }
    return inKeyOrder(table, namespace) as readonly T[];
  }

  /** Runs with each change, as it is committed. */
  onChange(listener: (change: Change) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Forgets all changes there were, as etcd's compaction does. */
  compact(): void {
    this.#log.compact();
  }

  #commit(resource: Resource, before: KubeObject | undefined, after: KubeObject | undefined, note: Note): void {
    this.#revision += 1;
    const change: Change = { ...note, revision: this.#revision, at: this.#clock.now(), resource, before, after };
    this.#log.append(change);
    for (const listener of this.#listeners) listener(change);
  }

  #table(r: Resource): Table {
    const name = qualifiedName(r);
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(name, table);
    }
    return table;
  }
}

export function stamped<T extends KubeObject>(object: T, revision: number): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

export function isSame(a: Resource, b: Resource): boolean {
  return a.plural === b.plural && a.group === b.group;
}

export function keyOf({ namespace = "", name }: At): string {
  return `${namespace}/${name}`;
}

function inKeyOrder(table: Table, namespace: string | undefined): readonly KubeObject[] {
  const keys = [...table.keys()].sort();
  const objects: KubeObject[] = [];
  for (const key of keys) {
    const object = table.get(key);
    if (object !== undefined && (namespace === undefined || object.metadata.namespace === namespace)) objects.push(object);
  }
  return objects;
}
