import type { Clock, Instant, Millis, VirtualClock } from "../../../src/runtime/clock.ts";
import { dueAt, timedWaits } from "../../../src/runtime/timed-waits.ts";
import type { KubeApi } from "../../../src/client/kube-api.ts";

/**
 * How a process stands still. "stopped": as by SIGSTOP, its monotonic clock goes on. "suspended": with its machine, CLOCK_MONOTONIC stands
 * still and the wall clock is right again afterwards.
 */
export type Freeze = "stopped" | "suspended";

/** What sums of milliseconds may differ by: less would be waited for without end. */
const rounding: Millis = 0.001;

/** A process of its own on the clock of all: it can be frozen, and then nothing in it runs, neither timers nor answers. */
export class Process {
  readonly clock: Clock;
  readonly #world: VirtualClock;
  #frozen: { readonly how: Freeze; readonly since: Millis } | undefined;
  #slept: Millis = 0;
  #skew: Millis = 0;
  /** What would have run meanwhile. */
  readonly #held: (() => void)[] = [];

  constructor(world: VirtualClock) {
    this.#world = world;
    const timer: Clock["timer"] = (after, run, options) => {
      const due = dueAt(this.#monotonic(), after);
      if (due === undefined) return { [Symbol.dispose]: () => {} };
      let isOff = false;
      let handle: Disposable;
      const ring = (): void => {
        if (isOff) return;
        if (this.#frozen !== undefined) this.#held.push(ring);
        else if (due - this.#monotonic() > rounding) handle = world.timer(due - this.#monotonic(), ring, options);
        else run();
      };
      handle = world.timer(after, ring, options);
      return {
        [Symbol.dispose]: () => {
          isOff = true;
          handle[Symbol.dispose]();
        },
      };
    };
    this.clock = {
      kind: "virtual",
      now: (): Instant => world.now() + this.#skew,
      monotonic: () => this.#monotonic(),
      timer,
      ...timedWaits(timer),
      breathe: () => this.#running(),
      outside: (what, work) => world.outside(what, work),
    };
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  freeze(how: Freeze): void {
    this.#frozen ??= { how, since: this.#world.monotonic() };
  }

  /** Runs what was held back, in an order of the caller's choice. */
  thaw(order: (held: (() => void)[]) => (() => void)[] = (held) => held): void {
    if (this.#frozen === undefined) return;
    if (this.#frozen.how === "suspended") this.#slept += this.#world.monotonic() - this.#frozen.since;
    this.#frozen = undefined;
    for (const run of order(this.#held.splice(0))) run();
  }

  /** Its wall clock is set. */
  setWall(by: Millis): void {
    this.#skew += by;
  }

  /** What an API says reaches this process only while it runs. */
  connected(api: KubeApi): Pick<KubeApi, "get" | "create" | "patch" | "list" | "watch"> {
    const whenRunning = async <T>(answer: Promise<T>): Promise<T> => {
      try {
        return await answer;
      } finally {
        await this.#running();
      }
    };
    return {
      get: (...args) => whenRunning(api.get(...args)),
      create: (...args) => whenRunning(api.create(...args)),
      patch: (...args) => whenRunning(api.patch(...args)),
      list: (...args) => this.#streamed(api.list(...args)),
      watch: (...args) => this.#streamed(api.watch(...args)),
    };
  }

  async *#streamed<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of source) {
      await this.#running();
      yield item;
    }
    await this.#running();
  }

  #monotonic(): Millis {
    const asleep = this.#frozen?.how === "suspended" ? this.#world.monotonic() - this.#frozen.since : 0;
    return this.#world.monotonic() - this.#slept - asleep;
  }

  async #running(): Promise<void> {
    if (this.#frozen !== undefined) await new Promise<void>((resolve) => this.#held.push(resolve));
  }
}
