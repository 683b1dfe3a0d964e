import type { Millis } from "../runtime/clock.ts";
import { DrydockError } from "../runtime/errors.ts";
import { TimerHeap } from "../runtime/timer-heap.ts";
import type { Priority, QueueLoad, Result, WorkQueueOptions } from "./work-queue/contract.ts";
import { type KeyState, Ready, retryDelay } from "./work-queue/keys.ts";

/** Every tenth taken comes from the low ones, if any waits: they are late, never starved. */
const lowTurn = 10;

/**
 * Keys to be reconciled, each at most once at a time, as the workqueue of client-go and controller-runtime: a key that is added while it
 * waits is there already; one added while it is worked on comes again afterwards. It takes keys from the start, and works on them from
 * `start` on. All waits share one timer.
 */
export class WorkQueue implements AsyncDisposable {
  readonly #options: WorkQueueOptions;
  readonly #keys = new Map<string, KeyState>();
  readonly #ready = new Ready();
  readonly #later = new TimerHeap();
  readonly #running = new Map<string, Millis>();
  readonly #stop = new AbortController();
  #timer: { readonly at: Millis; readonly background: boolean; readonly handle: Disposable } | undefined;
  #phase: "gathering" | "working" | "ended" = "gathering";
  #taken = 0;
  /** Told when none runs any more. */
  readonly #waiting: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Work on this key soon. One that failed a moment ago waits for its back-off, but never more than a second. */
  add(key: string, priority: Priority = "normal"): void {
    if (this.#phase === "ended") return;
    const state = this.#stateOf(key);
    const wait = state.notBefore - this.#now;
    if (wait <= 0 || state.running) this.#makeReady(key, state, priority);
    else this.#plan(key, state, wait, priority, false);
  }

  /** Work on this key in so many milliseconds; of several such times the earliest counts. Infinity: never. */
  addAfter(key: string, after: Millis, options: { readonly priority?: Priority; readonly background?: boolean } = {}): void {
    const { priority = "normal", background = false } = options;
    if (this.#phase === "ended" || after === Number.POSITIVE_INFINITY) return;
    if (after <= 0) this.add(key, priority);
    else this.#plan(key, this.#stateOf(key), after, priority, background);
  }

  /** Its failures no longer count: the next one waits 5 ms again. `done` and `again` do this by themselves. */
  forget(key: string): void {
    const state = this.#keys.get(key);
    if (state === undefined) return;
    state.failures = 0;
    state.notBefore = 0;
    this.#dropIfIdle(key, state);
  }

  start(): void {
    if (this.#phase !== "gathering") return;
    this.#phase = "working";
    this.#turn();
  }

  load(): QueueLoad {
    const spent = [...this.#running.values()].map((since) => (this.#now - since) / 1000);
    return {
      depth: this.#ready.size,
      later: this.#later.size,
      running: this.#running.size,
      longestRunning: Math.max(0, ...spent),
      unfinished: spent.reduce((sum, seconds) => sum + seconds, 0),
    };
  }

  /**
   * Takes nothing new and begins nothing more; waits for what runs, at most so long, then aborts its signal.
   *
   * @returns the keys that still ran at the deadline
   */
  async drain(within: Millis): Promise<readonly string[]> {
    this.#end();
    const late = Promise.withResolvers<void>();
    using _timer = this.#options.clock.timer(within, late.resolve);
    await Promise.race([this.#idle(), late.promise]);
    const left = [...this.#running.keys()];
    this.#abort();
    return left;
  }

  /** Aborts what runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    this.#abort();
    await this.#idle();
  }

  #abort(): void {
    this.#stop.abort(new DrydockError("disposed", "the work queue was ended"));
  }

  async #idle(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  get #now(): Millis {
    return this.#options.clock.monotonic();
  }

  #stateOf(key: string): KeyState {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const state: KeyState = { running: false, dirty: undefined, ready: undefined, later: undefined, failures: 0, notBefore: 0 };
    this.#keys.set(key, state);
    return state;
  }

  #dropIfIdle(key: string, state: KeyState): void {
    const isIdle = !state.running && state.ready === undefined && state.later === undefined && state.failures === 0;
    if (isIdle) this.#keys.delete(key);
  }

  #makeReady(key: string, state: KeyState, priority: Priority): void {
    this.#unplan(state);
    if (state.running) {
      if (state.dirty === undefined) this.#options.observer?.added?.(priority);
      state.dirty = state.dirty === "normal" ? "normal" : priority;
      return;
    }
    if (!this.#ready.put(key, state, priority, this.#now)) return;
    this.#options.observer?.added?.(priority);
    this.#tellDepth();
    this.#turn();
  }

  #plan(key: string, state: KeyState, after: Millis, priority: Priority, background: boolean): void {
    const at = this.#now + after;
    // What is to be worked on already will find then what is to be found.
    if (state.ready !== undefined || state.dirty !== undefined) return;
    if (state.later !== undefined && state.later.at <= at) return;
    this.#unplan(state);
    const ring = (): void => {
      state.later = undefined;
      this.#makeReady(key, state, priority);
    };
    state.later = this.#later.add(at, ring, background);
    this.#arm();
  }

  #unplan(state: KeyState): void {
    if (state.later === undefined) return;
    this.#later.remove(state.later);
    state.later = undefined;
    this.#arm();
  }

  /** One timer for all: at the earliest, and in the background only where nobody waits for any of them. */
  #arm(): void {
    const at = this.#later.first()?.at;
    const background = this.#later.foreground === 0;
    if (this.#timer?.at === at && this.#timer?.background === background) return;
    this.#timer?.handle[Symbol.dispose]();
    this.#timer = undefined;
    if (at === undefined) return;
    const handle = this.#options.clock.timer(at - this.#now, () => this.#ring(), { background });
    this.#timer = { at, background, handle };
  }

  #ring(): void {
    this.#timer = undefined;
    for (let due = this.#later.first(); due !== undefined && due.at <= this.#now; due = this.#later.first()) {
      this.#later.remove(due);
      due.run();
    }
    this.#arm();
  }

  #turn(): void {
    while (this.#phase === "working" && this.#running.size < this.#options.workers) {
      const next = this.#ready.take(this.#taken % lowTurn === lowTurn - 1);
      if (next === undefined) return;
      this.#taken += 1;
      void this.#work(next.key, this.#stateOf(next.key), next.since);
    }
  }

  async #work(key: string, state: KeyState, readySince: Millis): Promise<void> {
    const { observer, reconcile } = this.#options;
    const begun = this.#now;
    state.running = true;
    this.#running.set(key, begun);
    this.#tellDepth();
    observer?.started?.(key, (begun - readySince) / 1000);
    let result: Result;
    try {
      // Not within the caller's `add`: a batch of changes is told to the end before anybody acts on it.
      result = await Promise.resolve().then(() => reconcile(key, this.#stop.signal));
    } catch (error) {
      result = { kind: "failed", error };
    }
    state.running = false;
    this.#running.delete(key);
    observer?.ended?.(key, result, (this.#now - begun) / 1000);
    this.#goOn(key, state, result);
    if (this.#running.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    this.#turn();
  }

  #goOn(key: string, state: KeyState, result: Result): void {
    const { dirty } = state;
    state.dirty = undefined;
    if (this.#phase === "ended") return;
    if (result.kind === "failed") {
      const { delay, notBefore } = retryDelay(state.failures, this.#options.random);
      state.failures += 1;
      state.notBefore = this.#now + notBefore;
      this.#options.observer?.retried?.(key);
      this.addAfter(key, delay);
    } else {
      state.failures = 0;
      state.notBefore = 0;
      if (result.kind === "again") this.addAfter(key, result.after, { background: result.background ?? false });
    }
    if (dirty !== undefined) this.add(key, dirty);
    this.#dropIfIdle(key, state);
  }

  #end(): void {
    this.#phase = "ended";
    this.#timer?.handle[Symbol.dispose]();
    this.#timer = undefined;
    this.#ready.clear();
    this.#keys.clear();
    this.#tellDepth();
  }

  #tellDepth(): void {
    this.#options.observer?.depth?.(this.#ready.count("normal"), this.#ready.count("low"));
  }
}
