import type { Item } from "../client/kube-api.ts";
import { WorkQueue } from "../client/work-queue.ts";
import type { QueueObserver, Result } from "../client/work-queue/contract.ts";
import { type Source, Sources } from "../cluster/live/sources.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Millis } from "../runtime/clock.ts";
import type { Estate } from "./keeping/estate.ts";
import { type Face, keyOf, ofKey } from "./keeping/face.ts";
import { Keeper } from "./keeping/keeper.ts";
import { Newest } from "./keeping/newest.ts";
import { Orphans } from "./keeping/orphans.ts";
import { tellSeries } from "./keeping/series.ts";
import { readOnce } from "./read-once.ts";

/** Keepers never wait for a drain, only for single writes: so many of those at once. */
export const workers = 16;
/** What changed while nobody told: every object is looked at again so often. */
const resyncEvery: Millis = 600_000;
const tellEvery: Millis = 1_000;
/** A hold whose object is gone: what goes with the object is seen of its node within this time. */
const orphanAfter: Millis = 1_000;
/** Under this name a node with such a hold is in the queue. */
const nodeKey = (name: string): string => `Node/${name}`;
/**
 * One eviction is told by eight to ten events within a tenth of a second. The first of them is looked at at once; what follows it waits this long
 * after the look, longer where many objects are in work: they share the cores, and those of the control plane.
 */
const restOf = { least: 20, each: 2, most: 100 } as const;

interface Kind {
  readonly face: Face;
  readonly source: Source<KubeObject>;
  readonly objects: Newest<KubeObject>;
}

export interface HouseholdOptions {
  /** All but what the household itself answers: whom to wake. */
  readonly estate: Omit<Estate, "wake" | "answered">;
  readonly faces: readonly Face[];
  readonly signal: AbortSignal;
  /** May this kind be looked after now? Its objects are left as they are while not. */
  readonly isOurs: (face: Face) => boolean;
  readonly queue?: QueueObserver;
}

/** Every object that takes a node out has a keeper; what changes about it, its node or its lease brings it into the queue. */
export class Household implements AsyncDisposable {
  /** Every kind and every node has been read once, and the work goes on. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  readonly #ready = Promise.withResolvers<void>();
  readonly #o: HouseholdOptions;
  readonly #estate: Estate;
  readonly #sources: Sources;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #queue: WorkQueue;
  readonly #orphans: Orphans;
  readonly #keepers = new Map<string, Keeper<KubeObject>>();
  /** When the last look at each key had ended. */
  readonly #lookedAt = new Map<string, Millis>();
  /** The last failure of each key, in words. */
  readonly #failures = new Map<string, string>();
  readonly #owned = new DisposableStack();
  #telling: Disposable | undefined;

  constructor(o: HouseholdOptions) {
    const { api, clock, random, fleet } = o.estate;
    this.#o = o;
    this.#estate = { ...o.estate, wake: (key) => this.#wakeRested(key), answered: (key) => this.#goOn(key) };
    this.#queue = new WorkQueue({
      workers,
      clock,
      random: random.fork("queue"),
      reconcile: (key, signal) => this.#reconcile(key, signal),
      ...(o.queue === undefined ? {} : { observer: o.queue }),
    });
    const { watchBegan } = o.estate.metrics;
    this.#sources = new Sources({ api, clock, random: random.fork("objects"), signal: o.signal, watchBegan }, () => {});
    this.#kinds = new Map(o.faces.map((face) => [face.kind, this.#watch(face)]));
    this.#orphans = new Orphans({
      ...o.estate,
      nodeOf: (name) => fleet.nodes.store.byName(undefined, name)?.value,
      kindOf: (kind) => {
        const found = this.#kinds.get(kind);
        if (found === undefined || !o.isOurs(found.face)) return undefined;
        return { resource: found.face.resource, uidOf: (name) => found.source.store.byName(undefined, name)?.uid };
      },
    });
    this.#owned.use(
      fleet.nodes.store.onChange((changes) => {
        for (const { before, after } of changes) this.nodeChanged((after ?? before)?.name ?? "");
      }),
    );
    // Whoever stops before never asks for it.
    this.#ready.promise.catch(() => {});
  }

  /** Work may begin as soon as all has been read. */
  begin(): void {
    this.#begin().then(this.#ready.resolve, this.#ready.reject);
  }

  /** Something about this node is other than it was: a lease, or the node itself. */
  nodeChanged(node: string): void {
    this.#suspect(node);
    for (const { face, source } of this.#kinds.values())
      for (const { name } of source.store.by("node", node)) this.#queue.add(keyOf(face.kind, name));
  }

  wake(key: string): void {
    this.#queue.add(key);
  }

  /** Whether a kind is ours may have changed. */
  wakeAll(): void {
    for (const { face, source } of this.#kinds.values())
      for (const { name } of source.store.items()) this.#queue.add(keyOf(face.kind, name), "low");
  }

  get load(): ReturnType<WorkQueue["load"]> {
    return this.#queue.load();
  }

  /** Begins nothing new; what is being written is finished. */
  async drain(within: Millis): Promise<void> {
    await this.#queue.drain(within);
  }

  #watch(face: Face): Kind {
    const nodeOf = ({ value }: Item<KubeObject>): readonly string[] => [face.nodeOf(value)];
    const source = this.#sources.add(face.resource, {}, withoutManagedFields, { node: nodeOf });
    this.#owned.use(
      source.store.onChange((changes) => {
        for (const { before, after, seen } of changes) {
          this.#queue.add(keyOf(face.kind, (after ?? before)?.name ?? ""), seen === "relisted" ? "low" : "normal");
          if (after === undefined && before !== undefined) this.#suspect(face.nodeOf(before.value));
        }
      }),
    );
    return { face, source, objects: new Newest(source.store) };
  }

  async #begin(): Promise<void> {
    const all = [this.#o.estate.fleet.nodes, ...[...this.#kinds.values()].map(({ source }) => source)];
    for (const source of all) await readOnce(source, this.#o.estate.log);
    for (const { name } of this.#o.estate.fleet.nodes.store.items()) this.#suspect(name);
    this.#queue.start();
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<Result> {
    const { kind: kindName, name } = ofKey(key);
    if (key === nodeKey(name)) {
      await this.#orphans.letGo(name, signal);
      return { kind: "done" };
    }
    const kind = this.#kinds.get(kindName);
    if (kind === undefined || !this.#o.isOurs(kind.face)) {
      await this.#dismiss(key);
      return { kind: "done" };
    }
    const keeper = this.#keepers.get(key) ?? new Keeper(this.#estate, kind.face, kind.objects, name);
    this.#keepers.set(key, keeper);
    const result = await this.#tryWith(keeper, key, signal);
    this.#lookedAt.set(key, this.#estate.clock.monotonic());
    this.#tellSoon();
    if (result === "gone") {
      await this.#dismiss(key);
      return { kind: "done" };
    }
    return result.kind === "done" ? { kind: "again", after: resyncEvery, background: true } : result;
  }

  /** What fails is tried again later and later; what it was is said once for as long as it stays the same. */
  async #tryWith(keeper: Keeper<KubeObject>, key: string, signal: AbortSignal): Promise<Result | "gone"> {
    try {
      const result = await keeper.reconcile(signal);
      this.#failures.delete(key);
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && this.#failures.get(key) !== message)
        this.#o.estate.log.error("could not look after an object", { object: key, error });
      this.#failures.set(key, message);
      return { kind: "failed", error };
    }
  }

  /** Figures of all objects, at most once a second. */
  #tellSoon(): void {
    this.#telling ??= this.#o.estate.clock.timer(
      tellEvery,
      () => {
        this.#telling = undefined;
        tellSeries(
          [...this.#keepers.values()].flatMap(({ series }) => series ?? []),
          this.#o.estate.metrics,
        );
      },
      { background: true },
    );
  }

  async #dismiss(key: string): Promise<void> {
    const keeper = this.#keepers.get(key);
    this.#keepers.delete(key);
    this.#lookedAt.delete(key);
    this.#failures.delete(key);
    await keeper?.[Symbol.asyncDispose]();
  }

  /** Who shares a budget or the limiter with this one may have waited for its answer. */
  #goOn(key: string): void {
    for (const [other, keeper] of this.#keepers) if (other !== key && keeper.awaitsOthers) this.#wakeRested(other);
  }

  #suspect(node: string): void {
    if (this.#orphans.suspectedOn(node).length > 0) this.#queue.addAfter(nodeKey(node), orphanAfter);
  }

  /** Something about its pods, their budgets or an answer is other than it was: of such there are many. */
  #wakeRested(key: string): void {
    const lookedAt = this.#lookedAt.get(key) ?? Number.NEGATIVE_INFINITY;
    const rest = Math.min(restOf.most, Math.max(restOf.least, restOf.each * this.#keepers.size));
    this.#queue.addAfter(key, lookedAt + rest - this.#estate.clock.monotonic());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#owned.dispose();
    this.#telling?.[Symbol.dispose]();
    await this.#queue[Symbol.asyncDispose]();
    await Promise.all([...this.#keepers.keys()].map((key) => this.#dismiss(key)));
    await this.#sources[Symbol.asyncDispose]();
  }
}

/** Nothing decides by them, and they are half of a small object. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
