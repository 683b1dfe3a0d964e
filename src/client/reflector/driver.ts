import type { KubeObject } from "../../kube/object.ts";
import type { Millis } from "../../runtime/clock.ts";
import { DrydockError } from "../../runtime/errors.ts";
import type { Item, WatchEvent } from "../kube-api.ts";
import { pulled, Undertaking } from "./activities.ts";
import { type Change, Copy, laterOf } from "./copy.ts";
import { begin, idleAfter, type ReflectorStatus, statusKindOf, step } from "./machine.ts";
import type { FirstOutcome, Reflector, ReflectorOptions } from "./contract.ts";
import type { Activity, Event, Next, State } from "./state.ts";

/** Bookmarks come about once a minute: two and a half without a byte mean that nobody is there. */
const defaultIdleDeadline: Millis = 150_000;
const leastIdleDeadline: Millis = 1_000;
/** As client-go: random, so that the watches of a fleet do not all end together. Seconds. */
const watchTimeout = { least: 300, most: 600 } as const;

type Batch<P> = readonly WatchEvent<Item<P | undefined>>[];

/** Carries out what the machine decides. Decides nothing itself. */
export class Driver<T extends KubeObject, P> implements Reflector {
  readonly #options: ReflectorOptions<T, P>;
  readonly #first = Promise.withResolvers<FirstOutcome>();
  readonly #synced = Promise.withResolvers<void>();
  readonly #requests = new Set<Promise<void>>();
  readonly #onAbort = (): void => this.#stop(this.#options.signal?.reason);
  /** What the sink has, and what is being gathered to take its place. */
  #copy = new Copy<P>();
  #gathering = new Copy<P>();
  #changes: Change<P>[] = [];
  #idleDeadline = defaultIdleDeadline;
  #undertaking: Undertaking;
  #state: State;
  #status: ReflectorStatus;
  /** Events that came while one was handled: a sink or listener may call back. */
  readonly #queue: Event[] = [];
  #handling = false;

  constructor(options: ReflectorOptions<T, P>) {
    this.#options = options;
    this.#undertaking = new Undertaking(options.clock);
    // Nobody need wait for them: a stop before the first state must not count as an unhandled rejection.
    this.#first.promise.catch(() => {});
    this.#synced.promise.catch(() => {});
    const now = options.clock.monotonic();
    const first = begin(now);
    this.#state = first.state;
    this.#status = { kind: "starting", since: now };
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (options.signal?.aborted === true) this.#onAbort();
    else this.#handle(() => first);
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get firstOutcome(): Promise<FirstOutcome> {
    return this.#first.promise;
  }

  get status(): ReflectorStatus {
    return this.#status;
  }

  resourceVersion(): string | undefined {
    return this.#state.memory.version;
  }

  setIdleDeadline(ms: Millis): void {
    this.#idleDeadline = Math.max(leastIdleDeadline, ms);
    if (["gathering", "listing", "opening", "watching"].includes(this.#state.kind)) this.#guardIdle(this.#undertaking);
  }

  nudge(): void {
    this.#dispatch({ type: "nudge" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop(new DrydockError("disposed", "the reflector was disposed of"));
    await Promise.allSettled(this.#requests);
  }

  #stop(reason: unknown): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#dispatch({ type: "stop" });
    this.#first.reject(reason);
    this.#synced.reject(reason);
  }

  #dispatch(event: Event): void {
    if (this.#handling) this.#queue.push(event);
    else this.#handle((now) => step(this.#state, event, now));
  }

  #handle(transition: (now: Millis) => Next): void {
    this.#handling = true;
    try {
      this.#carryOut(transition(this.#options.clock.monotonic()));
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
        this.#carryOut(step(this.#state, event, this.#options.clock.monotonic()));
      }
    } finally {
      this.#handling = false;
    }
  }

  #carryOut(next: Next): void {
    this.#state = next.state;
    if (next.deliver === "gathered") {
      this.#copy = this.#gathering;
      const version = next.state.memory.version ?? "";
      this.#copy.seal(version);
      this.#options.sink.replace(this.#copy.items, version);
      this.#synced.resolve();
      this.#first.resolve("synced");
    }
    if (next.deliver === "changes" && this.#changes.length > 0) {
      const changes = this.#changes;
      this.#changes = [];
      this.#options.sink.apply(changes);
    }
    if (next.tell !== undefined) this.#first.resolve(next.tell);
    if (next.activity !== undefined) this.#begin(next.activity);
    this.#publish();
  }

  #publish(): void {
    if (this.#state.kind === "stopped") return;
    const kind = statusKindOf(this.#state);
    const { lastError } = this.#state.memory;
    const before = this.#status;
    if (kind === before.kind && lastError === before.lastError) return;
    const since = kind === before.kind ? before.since : this.#options.clock.monotonic();
    this.#status = { kind, since, ...(lastError === undefined ? {} : { lastError }) };
    if (kind !== before.kind || lastError?.code !== before.lastError?.code) this.#options.onState?.(this.#status);
  }

  #begin(activity: Activity): void {
    this.#undertaking[Symbol.dispose]();
    const undertaking = new Undertaking(this.#options.clock);
    this.#undertaking = undertaking;
    switch (activity.do) {
      case "nothing":
        undertaking[Symbol.dispose]();
        return;
      case "wait": {
        const { floor, cap } = activity.delay;
        const wake = (): void => this.#dispatch({ type: "wake" });
        undertaking.after(floor + (cap - floor) * this.#options.random.next(), wake, activity.background);
        return;
      }
      case "gather":
        this.#gathering = new Copy<P>(this.#copy);
        return this.#request(undertaking, this.#stream(undertaking, "initial-events"));
      case "list":
        this.#gathering = new Copy<P>(this.#copy);
        return this.#request(undertaking, this.#list(undertaking, activity.whole));
      case "watch":
        undertaking.after(activity.patience, () => this.#dispatch({ type: "wake" }), true);
        return this.#request(undertaking, this.#stream(undertaking, activity.from));
    }
  }

  #request(undertaking: Undertaking, request: Promise<void>): void {
    const settled = request.finally(() => this.#requests.delete(settled));
    this.#requests.add(settled);
    if (!undertaking.over) this.#guardIdle(undertaking);
  }

  #guardIdle(undertaking: Undertaking): void {
    const deadline = (): Millis => idleAfter(this.#state, this.#idleDeadline);
    undertaking.whenIdle(deadline, () => this.#report(undertaking, { type: "idle" }));
  }

  /** What comes of a request that is no longer the present one is not heard: it could only be late. */
  #report(undertaking: Undertaking, event: Event): void {
    if (!undertaking.over) this.#dispatch(event);
  }

  #heard(undertaking: Undertaking): void {
    undertaking.heard();
    this.#options.onHeard?.();
  }

  async #list(undertaking: Undertaking, whole: boolean): Promise<void> {
    const { api, resource, selection, project, pageSize, clock } = this.#options;
    const size = whole ? { pageSize: 0 } : pageSize === undefined ? {} : { pageSize };
    const call = { signal: undertaking.signal, lane: "bulk", retry: "none" } as const;
    let version: string | undefined;
    for await (const pull of pulled(() => api.list(resource, { ...selection, ...size, project }, call))) {
      if (undertaking.over) return;
      if ("error" in pull) return this.#report(undertaking, { type: "failed", error: pull.error });
      this.#heard(undertaking);
      if (pull.batch.restarted === true) {
        this.#gathering = new Copy<P>(this.#copy);
        version = undefined;
      }
      // All pages are of one version; were they not, the first would be the one from which nothing is missed.
      version ??= pull.batch.resourceVersion;
      for (const item of pull.batch.items) this.#gathering.admit({ type: "ADDED", item });
      await clock.breathe();
    }
    this.#report(undertaking, version === undefined ? { type: "ended" } : { type: "gathered", version });
  }

  async #stream(undertaking: Undertaking, from: string): Promise<void> {
    const { api, resource, selection, project, random, clock } = this.#options;
    const timeoutSeconds = Math.floor(watchTimeout.least + (watchTimeout.most - watchTimeout.least) * random.next());
    const call = { signal: undertaking.signal, retry: "none" } as const;
    for await (const pull of pulled(() => api.watch(resource, { ...selection, project, from, timeoutSeconds }, call))) {
      if (undertaking.over) return;
      if ("error" in pull) return this.#report(undertaking, { type: "failed", error: pull.error });
      this.#heard(undertaking);
      this.#report(undertaking, { type: "opened" });
      this.#take(undertaking, pull.batch);
      await clock.breathe();
    }
    this.#report(undertaking, { type: "ended" });
  }

  #take(undertaking: Undertaking, batch: Batch<P>): void {
    let version: string | undefined;
    const flush = (): void => {
      if (version !== undefined) this.#report(undertaking, { type: "changed", version });
      version = undefined;
    };
    for (const event of batch) {
      if (undertaking.over) return;
      if (event.type === "BOOKMARK") {
        flush();
        const initial = event.initial && this.#state.kind === "gathering";
        this.#report(undertaking, { type: initial ? "gathered" : "bookmark", version: event.resourceVersion });
      } else if (event.type === "ERROR") {
        flush();
        this.#report(undertaking, { type: "error", status: event.status });
      } else if (this.#state.kind === "gathering") {
        this.#gathering.admit(event);
      } else {
        const admission = this.#copy.admit(event);
        if (admission.change !== undefined) this.#changes.push(admission.change);
        if (admission.fresh) version = version === undefined ? event.item.resourceVersion : laterOf(version, event.item.resourceVersion);
      }
    }
    flush();
  }
}
