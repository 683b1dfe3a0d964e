import type { Clock, Millis, TimerOptions } from "../runtime/clock.ts";

/**
 * All that the embedded cluster has on the clock's heap: ended as one, and counted, so that "nothing more will happen by itself" is known.
 * What runs in here belongs to the cluster and goes on when a client loses interest in its call.
 */
export class Lifetime {
  readonly clock: Clock;
  readonly #ended = new AbortController();
  readonly #timers = new Set<Disposable>();
  #foreground = 0;
  #waiters: (() => void)[] = [];
  #check: Disposable | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Aborts when the cluster is disposed of. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** How many timers are set, background ones too. */
  get timers(): number {
    return this.#timers.size;
  }

  /** As the clock's, but gone with the cluster. */
  timer(after: Millis, run: () => void, options: TimerOptions = {}): Disposable {
    if (this.signal.aborted) return { [Symbol.dispose]: () => {} };
    const isWork = options.background !== true;
    const end = (): void => {
      if (!this.#timers.delete(handle)) return;
      inner[Symbol.dispose]();
      if (isWork) this.#foreground -= 1;
      if (this.#foreground === 0) this.#rest();
    };
    const inner = this.clock.timer(
      after,
      () => {
        end();
        run();
      },
      options,
    );
    const handle: Disposable = { [Symbol.dispose]: end };
    this.#timers.add(handle);
    if (isWork) this.#foreground += 1;
    return handle;
  }

  /** Never settles where the cluster ends first. */
  pause(ms: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.timer(ms, resolve);
    });
  }

  /** Resolves when no controller, kubelet, call or delivery has anything left to do. */
  settled(): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      if (this.#foreground === 0) this.#rest();
    });
  }

  end(reason: Error): void {
    this.#ended.abort(reason);
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#check?.[Symbol.dispose]();
    this.#check = undefined;
    this.#wake();
  }

  /** Between two steps of one work only promises are pending: one more instant tells whether it was the last step. */
  #rest(): void {
    if (this.#waiters.length === 0 || this.#check !== undefined || this.signal.aborted) return;
    this.#check = this.clock.timer(1, () => {
      this.#check = undefined;
      if (this.#foreground === 0) this.#wake();
    });
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
