import type { KubeObject } from "../../../kube/object.ts";
import type { Status } from "../../../kube/status.ts";
import type { Millis, VirtualClock } from "../../../runtime/clock.ts";
import { KubeError, NoAnswerError } from "../../errors.ts";
import type { Call, Item, KubeApi, ListQuery, Page, WatchEvent, WatchQuery } from "../../kube-api.ts";
import { Line } from "./line.ts";
import type { RawEvent, Thing } from "./thing.ts";

const item = <P>(thing: Thing, project: (thing: Thing) => P): Item<P> => {
  const { uid, name, namespace, resourceVersion } = thing.metadata;
  return { uid, name, ...(namespace === undefined ? {} : { namespace }), resourceVersion, value: project(thing) };
};

const bookmarkEvery: Millis = 60_000;

/** The reading half of an API server with one resource, and with every fault that the reflector has to live with. */
export class PretendServer implements Pick<KubeApi, "list" | "watch"> {
  readonly #clock: VirtualClock;
  readonly things = new Map<string, Thing>();
  #version = 100;
  #log: { readonly version: number; readonly event: RawEvent }[] = [];
  #compacted = 100;
  readonly #lines = new Set<Line>();
  #born = 0;
  /** When and what was asked for. */
  readonly requests: { readonly at: Millis; readonly verb: "list" | "watch-list" | "watch"; readonly from?: string }[] = [];

  /** Connections are refused. */
  down = false;
  listDenied = false;
  watchDenied = false;
  /** "refused": 422; "ignored": the parameter means nothing to it, as before Kubernetes 1.27. */
  watchLists: "served" | "refused" | "ignored" = "served";
  /** No request is answered. */
  #stalled = false;
  /** So many requests are answered with this. */
  answers: { readonly left: number; readonly error: () => KubeError } = { left: 0, error: () => new KubeError("server-error", "500") };
  /** Each watch ends as soon as it is open. */
  hasty = false;
  /** Does it send bookmarks of its own? */
  bookmarks = true;
  /** Pages of a list expire after so many. */
  pagesUntilExpiry = Number.POSITIVE_INFINITY;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get version(): string {
    return String(this.#version);
  }
  get openWatches(): number {
    return this.#lines.size;
  }

  create(keep = true, name = `thing-${this.#born}`): Thing {
    const uid = `uid-${this.#born++}`;
    return this.#write("ADDED", { metadata: { uid, name, namespace: "default", resourceVersion: "" }, spec: { keep } });
  }
  update(uid: string, keep = true): void {
    const before = this.things.get(uid);
    if (before !== undefined) this.#write("MODIFIED", { ...before, spec: { keep } });
  }
  remove(uid: string): void {
    const before = this.things.get(uid);
    if (before !== undefined) this.#write("DELETED", before);
  }
  /** Something else in the cluster changes: versions count them all. */
  tick(by = 1): void {
    this.#version += by;
  }

  /** Connections break. */
  cut(): void {
    for (const line of this.#lines) line.break(new NoAnswerError("unknown", "connection reset"));
  }
  end(): void {
    for (const line of this.#lines) line.end();
  }
  /** Nothing comes through any more, not even an end: the watches open now are dead for ever. */
  stall(): void {
    this.#stalled = true;
    for (const line of this.#lines) line.dead = true;
  }
  /** Sends any events to all open watches, true or not. */
  say(...events: readonly RawEvent[]): void {
    for (const line of this.#lines) line.push(...events);
  }
  sayError(code: number, reason: string): void {
    this.say({ type: "ERROR", status: { kind: "Status", code, reason, message: reason } satisfies Status });
    this.end();
  }
  bookmark(version: string = this.version): void {
    this.say({ type: "BOOKMARK", resourceVersion: version, initial: false });
  }
  repeat(count: number): void {
    this.say(...this.#log.slice(-count).map(({ event }) => event));
  }
  /** Forgets its history: watches from before now get 410. */
  compact(): void {
    this.#compacted = this.#version;
    this.#log = [];
  }
  /** etcd comes back from a backup: a past without what happened since. */
  restore(to: { readonly version: number; readonly things: readonly Thing[] }): void {
    this.cut();
    this.#version = to.version;
    this.#compacted = Math.min(this.#compacted, to.version);
    this.#log = this.#log.filter(({ version }) => version <= to.version);
    this.things.clear();
    for (const thing of to.things) this.things.set(thing.metadata.uid, thing);
  }
  heal(): void {
    this.down = this.listDenied = this.watchDenied = this.#stalled = this.hasty = false;
    this.answers = { ...this.answers, left: 0 };
    this.pagesUntilExpiry = Number.POSITIVE_INFINITY;
  }

  async *list<T extends KubeObject, P = T>(_r: unknown, q: ListQuery<T, P>, call: Call): AsyncGenerator<Page<Item<P>>> {
    this.requests.push({ at: this.#clock.monotonic(), verb: "list" });
    await this.#answer(call.signal);
    if (this.listDenied) throw new KubeError("forbidden", "things is forbidden", { http: 403 });
    const version = this.version;
    const all = [...this.things.values()];
    const size = q.pageSize === 0 ? all.length + 1 : (q.pageSize ?? 500);
    for (let from = 0, page = 0; from === 0 || from < all.length; from += size, page += 1) {
      if (page > 0) await this.#answer(call.signal);
      if (page >= this.pagesUntilExpiry) throw new KubeError("expired", "the continue token is too old", { http: 410 });
      yield { items: all.slice(from, from + size).map((thing) => item(thing, projection(q))), resourceVersion: version };
    }
  }

  async *watch<T extends KubeObject, P = T>(_r: unknown, q: WatchQuery<T, P>, call: Call): AsyncGenerator<readonly WatchEvent<Item<P>>[]> {
    const initial = q.from === "initial-events";
    this.requests.push({ at: this.#clock.monotonic(), verb: initial ? "watch-list" : "watch", ...(initial ? {} : { from: q.from }) });
    await this.#answer(call.signal);
    if (this.watchDenied) throw new KubeError("forbidden", "things is forbidden", { http: 403 });
    if (initial && this.watchLists === "refused") throw new KubeError("invalid", "sendInitialEvents is forbidden", { http: 422 });
    if (!initial && Number(q.from) < this.#compacted) throw new KubeError("expired", "too old resource version", { http: 410 });
    const line = new Line();
    this.#lines.add(line);
    const timers = [this.#clock.timer((q.timeoutSeconds ?? 300) * 1000, () => line.end(), { background: true }), this.#bookmarkTimer(line)];
    const onAbort = (): void => line.fail(call.signal.reason);
    call.signal.addEventListener("abort", onAbort);
    if (initial) {
      line.push(...[...this.things.values()].map((thing): RawEvent => ({ type: "ADDED", item: raw(thing) })));
      if (this.watchLists === "served") line.push({ type: "BOOKMARK", resourceVersion: this.version, initial: true });
    } else {
      // A watch from a version that is still to come tells nothing until then: this is what the watch cache does.
      line.after = Number(q.from);
      line.push(...this.#log.filter(({ version }) => version > Number(q.from)).map(({ event }) => event));
    }
    if (this.hasty) line.end();
    try {
      yield [];
      for await (const batch of line.batches())
        yield batch.map((event) => ("item" in event ? { ...event, item: item(event.item.value, projection(q)) } : event));
    } finally {
      this.#lines.delete(line);
      call.signal.removeEventListener("abort", onAbort);
      for (const timer of timers) timer[Symbol.dispose]();
    }
  }

  /** One virtual millisecond, and whatever is wrong with the server as a whole. */
  async #answer(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(1, signal);
    if (this.#stalled) await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    if (this.down) throw new NoAnswerError("no", "connection refused");
    if (this.answers.left > 0) {
      this.answers = { ...this.answers, left: this.answers.left - 1 };
      throw this.answers.error();
    }
  }

  #write(type: "ADDED" | "MODIFIED" | "DELETED", thing: Thing): Thing {
    this.#version += 1;
    const now: Thing = { ...thing, metadata: { ...thing.metadata, resourceVersion: this.version } };
    if (type === "DELETED") this.things.delete(now.metadata.uid);
    else this.things.set(now.metadata.uid, now);
    const event: RawEvent = { type, item: raw(now) };
    this.#log.push({ version: this.#version, event });
    for (const line of this.#lines) {
      if (this.#version > line.after) line.push(event);
    }
    return now;
  }

  #bookmarkTimer(line: Line): Disposable {
    let timer: Disposable;
    const arm = (): void => {
      timer = this.#clock.timer(
        bookmarkEvery,
        () => {
          if (this.bookmarks) line.push({ type: "BOOKMARK", resourceVersion: this.version, initial: false });
          arm();
        },
        { background: true },
      );
    };
    arm();
    return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }
}

const raw = (thing: Thing): Item<Thing> => item(thing, (whole) => whole);

/** The pretend server has one kind of object, whatever it is asked for. */
function projection<T extends KubeObject, P>(q: { readonly project?: (object: T) => P }): (thing: Thing) => P {
  const { project } = q;
  return (thing) => (project === undefined ? (thing as unknown as P) : project(thing as unknown as T));
}
