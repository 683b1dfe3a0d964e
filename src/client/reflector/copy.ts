import { compareResourceVersions } from "../../kube/resource-version.ts";
import type { Item, WatchEvent } from "../kube-api.ts";

/** One change of the projected copy. ADDED: was not kept before; DELETED: is no longer, with the last that is known of it. */
export interface Change<P> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly item: Item<P>;
}

export type ObjectEvent<P> = Extract<WatchEvent<Item<P | undefined>>, { item: unknown }>;

/** `fresh`: new to us, so the version moves on with it. A fresh event need not change anything that is kept. */
export interface Admission<P> {
  readonly fresh: boolean;
  readonly change?: Change<P>;
}

const stale = { fresh: false } as const;

/**
 * The books of what the sink was given: which objects, in which version. Decides for every event whether it is new, so that nothing is
 * applied twice or out of order. Also gathers a whole state, which then takes the place of the old one. One step per event, whatever the size.
 */
export class Copy<P> {
  readonly #kept = new Map<string, Item<P>>();
  /** What this one takes the place of once it is sealed. */
  #previous: Copy<P> | undefined;
  /**
   * All up to here is in the copy: the version of the whole state, then of each event. Undefined while a state is gathered: its objects come
   * in the order of their keys. Bookmarks do not move it: an event that follows a bookmark meant for later is still taken.
   */
  #newest: string | undefined;

  /**
   * @param previous is in use while a whole state is gathered anew: of objects that have not changed since, its items are kept, for both together
   * would take twice the memory
   */
  constructor(previous?: Copy<P>) {
    this.#previous = previous;
  }

  get items(): readonly Item<P>[] {
    return [...this.#kept.values()];
  }

  kept(uid: string): Item<P> | undefined {
    return this.#kept.get(uid);
  }

  /** The gathered state is complete as of `version`. */
  seal(version: string): void {
    this.#newest = version;
    this.#previous = undefined;
  }

  admit(event: ObjectEvent<P>): Admission<P> {
    const { item } = event;
    const held = this.#kept.get(item.uid);
    if (event.type === "DELETED") return this.#remove(item, held);
    if (!this.#isNew(item, held)) return stale;
    this.#advance(item.resourceVersion);
    if (item.value === undefined) return { fresh: true, ...(held === undefined ? {} : { change: this.#drop(item, held) }) };
    const before = this.#previous?.kept(item.uid);
    const kept: Item<P> = before?.resourceVersion === item.resourceVersion ? before : { ...item, value: item.value };
    this.#kept.set(item.uid, kept);
    return { fresh: true, change: { type: held === undefined ? "ADDED" : "MODIFIED", item: kept } };
  }

  /** An object that is held is judged by its own version; one that is not, by the newest of all: it may have been here and gone. */
  #isNew(item: Item<unknown>, held: Item<P> | undefined): boolean {
    const known = held?.resourceVersion ?? this.#newest;
    if (known === undefined) return true;
    const order = compareResourceVersions(item.resourceVersion, known);
    // Versions that cannot be ordered (some aggregated API servers): only a repetition can be told.
    return order === 1 || (order === "unknown" && held?.resourceVersion !== item.resourceVersion);
  }

  /** The version of a DELETED event is that of the deletion; one older than what is held tells of an earlier leaving of the selection. */
  #remove(item: Item<P | undefined>, held: Item<P> | undefined): Admission<P> {
    if (held === undefined) {
      if (!this.#isNew(item, held)) return stale;
      this.#advance(item.resourceVersion);
      return { fresh: true };
    }
    if (compareResourceVersions(item.resourceVersion, held.resourceVersion) === -1) return stale;
    this.#advance(item.resourceVersion);
    return { fresh: true, change: this.#drop(item, held) };
  }

  #drop(item: Item<P | undefined>, held: Item<P>): Change<P> {
    this.#kept.delete(item.uid);
    return { type: "DELETED", item: { ...item, value: item.value ?? held.value } };
  }

  #advance(version: string): void {
    if (this.#newest !== undefined) this.#newest = laterOf(this.#newest, version);
  }
}

/** The later of two versions; where they cannot be ordered, the one told last. */
export function laterOf(known: string, told: string): string {
  return compareResourceVersions(told, known) === -1 ? known : told;
}
