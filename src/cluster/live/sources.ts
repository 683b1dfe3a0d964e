import type { KubeError } from "../../client/errors.ts";
import type { KubeApi, Item, Selection } from "../../client/kube-api.ts";
import { type Reflector, startReflector } from "../../client/reflector/reflector.ts";
import { createStore, type Store } from "../../client/store.ts";
import type { KubeObject } from "../../kube/object.ts";
import { nodes, qualifiedName, type Resource } from "../../kube/resource.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { Blind } from "../view/cluster-view.ts";
import type { ObserveWatch, WatchObserver } from "./watch-observer.ts";

/** While work is open a silent connection is cut sooner than a watch that only idles. */
const idleDeadline: Millis = 45_000;

export interface SourceOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly pageSize?: number;
  readonly signal: AbortSignal;
  /** Told of each watch, of all that is heard of it, and of its end. */
  readonly watchBegan?: ObserveWatch;
}

/** One watched resource: what is kept of it, and how well it is known. */
export interface Source<P> {
  readonly resource: string;
  readonly store: Store<P>;
  readonly reflector: Reflector;
  isSynced(): boolean;
  /** The first whole state is here. Waits as long as that takes: a reflector never stops trying. */
  readonly synced: Promise<void>;
  isFresh(): boolean;
}

/** Every watch is away: what the view says is as old as this. */
export interface Silence {
  readonly lasts: Millis;
  readonly error?: KubeError;
}

/** The reflectors behind one live cluster, and what they cannot see. */
export class Sources implements AsyncDisposable {
  readonly #options: SourceOptions;
  readonly #changed: () => void;
  readonly #stateChanged: () => void;
  readonly #own: Source<unknown>[] = [];
  readonly #adopted: Source<unknown>[] = [];
  readonly #observers: WatchObserver[] = [];

  /** @param changed what is kept of something has changed. @param stateChanged how well something is known has changed */
  constructor(options: SourceOptions, changed: () => void, stateChanged: () => void = changed) {
    this.#options = options;
    this.#changed = changed;
    this.#stateChanged = stateChanged;
  }

  add<T extends KubeObject, P>(
    resource: Resource<T>,
    selection: Selection,
    project: (object: T) => P | undefined,
    indexes: Record<string, (item: Item<P>) => readonly string[]>,
  ): Source<P> {
    const { api, clock, random, pageSize, signal } = this.#options;
    const observer = this.#options.watchBegan?.(qualifiedName(resource));
    if (observer !== undefined) this.#observers.push(observer);
    const store = createStore<P>(indexes);
    const first = Promise.withResolvers<void>();
    let synced = false;
    const reflector = startReflector<T, P>({
      api,
      clock,
      random: random.fork(resource.plural),
      resource,
      selection,
      project,
      signal,
      ...(pageSize === undefined ? {} : { pageSize }),
      sink: {
        replace: (items, version) => {
          store.replace(items, version);
          synced = true;
          first.resolve();
          this.#changed();
        },
        apply: (changes) => {
          store.apply(changes);
          this.#changed();
        },
      },
      onState: () => this.#stateChanged(),
      ...(observer === undefined ? {} : { onHeard: () => observer.heard() }),
    });
    reflector.setIdleDeadline(idleDeadline);
    const source: Source<P> = {
      resource: qualifiedName(resource),
      store,
      reflector,
      isSynced: () => synced,
      synced: first.promise,
      isFresh: () => reflector.status.kind === "live" || reflector.status.kind === "polling",
    };
    this.#own.push(source as Source<unknown>);
    return source;
  }

  /** One that is kept for others too, where there is: it counts for what is seen and heard, and is theirs to end. */
  sharedOr<P>(shared: Source<P> | undefined, add: () => Source<P>): Source<P> {
    if (shared === undefined) return add();
    this.#adopted.push(shared as Source<unknown>);
    return shared;
  }

  /** @param nodesByName nodes may not be listed, and are read one by one */
  blind(nodesByName: boolean): readonly Blind[] {
    const seen = new Map<string, Blind>();
    for (const { resource, reflector } of this.#all) {
      const read = resource === qualifiedName(nodes) && nodesByName;
      if (reflector.status.kind === "polling" || (reflector.status.kind === "denied" && read))
        seen.set(resource, { resource, verb: "watch", instead: "polled" });
      else if (reflector.status.kind === "denied") seen.set(resource, { resource, verb: "list", instead: "unread" });
    }
    return [...seen.values()];
  }

  /** For how long nothing at all has been heard of the server; undefined while any watch is open. */
  silence(): Silence | undefined {
    const statuses = this.#all.map(({ reflector }) => reflector.status).filter(({ kind }) => kind !== "denied");
    if (statuses.length === 0 || statuses.some(({ kind }) => kind !== "reconnecting")) return undefined;
    const newest = statuses.reduce((last, status) => (status.since > last.since ? status : last));
    const lasts = this.#options.clock.monotonic() - newest.since;
    return { lasts, ...(newest.lastError === undefined ? {} : { error: newest.lastError }) };
  }

  resync(): void {
    for (const { reflector } of this.#all) reflector.nudge();
  }

  hurry(): void {
    for (const { reflector } of this.#all) {
      const { kind } = reflector.status;
      // Also what has no first state yet: at the end something waits for it.
      if (kind === "reconnecting" || kind === "starting") reflector.nudge();
    }
  }

  get #all(): readonly Source<unknown>[] {
    return [...this.#own, ...this.#adopted];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const observer of this.#observers.splice(0)) observer.ended();
    await Promise.all(this.#own.map(({ reflector }) => reflector[Symbol.asyncDispose]()));
  }
}
