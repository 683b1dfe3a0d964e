import type { WatchEvent } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { createLatch } from "../../runtime/latch.ts";
import type { Random } from "../../runtime/random.ts";
import { within } from "../latency.ts";
import { expired } from "../server/refusal.ts";
import { toldOf } from "../server/watch-transition.ts";
import type { Matcher } from "../server/selection.ts";
import type { Change } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { Resource } from "../../kube/resource.ts";
import type { World } from "../world.ts";
import type { WatchFault } from "../faults.ts";
import { brokenConnection } from "./fault-errors.ts";

/** An event before the client's projection. */
export type RawEvent =
  | Exclude<WatchEvent<never>, { readonly item: unknown }>
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject };

export interface WatchRequest {
  readonly resource: Resource;
  readonly matcher: Matcher;
  readonly from: string | "initial-events";
  readonly namespace?: string;
  readonly timeout: Millis;
}

/** A real server sends one about once a minute. */
const bookmarkEvery: Millis = 60_000;

/** When the HTTP client gives up a watch that says nothing. */
const longestSilence: Millis = 150_000;

/**
 * One open watch, from the server's side: what was committed comes out in order, each event some time after its commit. Bookmarks, the end
 * by timeout and the client's patience are background: waiting for them alone is rest.
 */
export class WatchSession implements Disposable {
  readonly #world: World;
  readonly #random: Random;
  readonly #matcher: Matcher;
  readonly #resource: Resource;
  readonly #latch = createLatch();
  readonly #owned: Disposable[] = [];
  #pending: { readonly due: Instant; readonly events: readonly RawEvent[] }[] = [];
  #ready: RawEvent[] = [];
  #delivery: Disposable | undefined;
  #silent = false;
  #end: { readonly error?: Error } | undefined;

  constructor(world: World, request: WatchRequest, fault: WatchFault | undefined, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#matcher = request.matcher;
    this.#resource = request.resource;
    const first = fault?.kind === "expired" ? undefined : this.#firstEvents(request);
    if (first === undefined) {
      const status = expired(`too old resource version: ${request.from} (${world.store.compacted})`).status;
      this.#push([{ type: "ERROR", status: status ?? { kind: "Status", code: 410 } }]);
      this.#endAfterDelivery();
      return;
    }
    if (first.length > 0) this.#push(first);
    this.#owned.push(world.store.onChange((change) => this.#see(change)));
    this.#bookmarkLater();
    this.#later(request.timeout, () => {
      this.#push([this.#bookmark(false)]);
      this.#endAfterDelivery();
    });
    if (fault?.kind === "cut") this.#later(fault.after, () => this.#finish({ error: brokenConnection() }));
    if (fault?.kind === "silent") this.#later(fault.after, () => this.#fallSilent());
  }

  /** What has arrived since; undefined when the watch is over and all is taken. Waits. */
  async next(): Promise<readonly RawEvent[] | undefined> {
    for (;;) {
      if (this.#ready.length > 0) {
        const batch = this.#ready;
        this.#ready = [];
        return batch;
      }
      if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return undefined;
      }
      await this.#latch.wait();
    }
  }

  [Symbol.dispose](): void {
    for (const each of this.#owned) each[Symbol.dispose]();
    this.#delivery?.[Symbol.dispose]();
    this.#pending = [];
  }

  /** Undefined: the server no longer knows that version. */
  #firstEvents({ resource, matcher, from, namespace }: WatchRequest): readonly RawEvent[] | undefined {
    const { store } = this.#world;
    if (from !== "initial-events" && from !== "" && from !== "0") {
      const changes = store.after(Number(from));
      return changes?.flatMap((change) => this.#told(change));
    }
    const state: RawEvent[] = store
      .all(resource, namespace)
      .filter(matcher)
      .map((object) => ({ type: "ADDED", object }));
    return from === "initial-events" ? [...state, this.#bookmark(true)] : state;
  }

  #see(change: Change): void {
    const events = this.#told(change);
    if (events.length > 0) this.#push(events);
  }

  #told(change: Change): readonly RawEvent[] {
    const told = isSame(change.resource, this.#resource) ? toldOf(change, this.#matcher) : undefined;
    return told === undefined ? [] : [told];
  }

  #bookmark(initial: boolean): RawEvent {
    return { type: "BOOKMARK", resourceVersion: String(this.#world.store.revision), initial };
  }

  #bookmarkLater(): void {
    this.#later(bookmarkEvery - Math.floor(this.#random.next() * 10_000), () => {
      this.#push([this.#bookmark(false)]);
      this.#bookmarkLater();
    });
  }

  #push(events: readonly RawEvent[]): void {
    if (this.#silent || this.#end !== undefined) return;
    const { life, latencies } = this.#world;
    const soon = life.clock.monotonic() + within(latencies.delivery, this.#random);
    this.#pending.push({ due: Math.max(soon, this.#pending.at(-1)?.due ?? 0), events });
    if (this.#pending.length === 1) this.#armDelivery();
  }

  #armDelivery(): void {
    const { life } = this.#world;
    const due = this.#pending[0]?.due;
    if (due === undefined) return;
    this.#delivery = life.timer(due - life.clock.monotonic(), () => this.#deliver());
  }

  #deliver(): void {
    const now = this.#world.life.clock.monotonic();
    while ((this.#pending[0]?.due ?? Number.POSITIVE_INFINITY) <= now) this.#ready.push(...(this.#pending.shift()?.events ?? []));
    this.#armDelivery();
    this.#latch.set();
  }

  #endAfterDelivery(): void {
    const last = this.#pending.at(-1)?.due ?? 0;
    const { life } = this.#world;
    this.#owned.push(life.timer(Math.max(0, last - life.clock.monotonic()) + 1, () => this.#finish({})));
  }

  #fallSilent(): void {
    this.#silent = true;
    this.#delivery?.[Symbol.dispose]();
    this.#pending = [];
    this.#later(longestSilence, () => this.#finish({ error: brokenConnection() }));
  }

  #finish(end: { readonly error?: Error }): void {
    this.#end ??= end;
    this[Symbol.dispose]();
    this.#latch.set();
  }

  #later(after: Millis, run: () => void): void {
    this.#owned.push(this.#world.life.timer(after, run, { background: true }));
  }
}
