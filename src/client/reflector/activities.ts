import { DrydockError } from "../../runtime/errors.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";

/** One request or wait of a reflector, from its beginning until the next one takes its place. What comes of it later is not heard. */
export class Undertaking implements Disposable {
  readonly #abort = new AbortController();
  readonly #timers = new Set<Disposable>();
  #heardAt: Millis;
  #idle: Disposable | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAt = clock.monotonic();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get over(): boolean {
    return this.#abort.signal.aborted;
  }

  after(ms: Millis, run: () => void, background: boolean): void {
    this.#timers.add(this.#clock.timer(ms, run, { background }));
  }

  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  /** Runs `run` once nothing has been heard for as long as `deadline` says then. Called again, the new one counts, from the same last sign of life. */
  whenIdle(deadline: () => Millis, run: () => void): void {
    this.#idle?.[Symbol.dispose]();
    const rest = this.#heardAt + deadline() - this.#clock.monotonic();
    const look = (): void => {
      if (this.#heardAt + deadline() <= this.#clock.monotonic()) run();
      else this.whenIdle(deadline, run);
    };
    this.#idle = this.#clock.timer(Math.max(0, rest), look, { background: true });
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
    this.#idle?.[Symbol.dispose]();
    this.#abort.abort(new DrydockError("superseded", "the reflector has gone on to something else"));
  }
}

/**
 * Pulls from a source until it ends. Its failures come as values, so that a failure of the one who consumes (a bug) is not taken for one
 * of the source and tried again for ever.
 */
export async function* pulled<B>(source: () => AsyncIterable<B>): AsyncGenerator<{ readonly batch: B } | { readonly error: KubeError }> {
  try {
    for await (const batch of source()) yield { batch };
  } catch (error) {
    yield { error: kubeErrorOf(error) };
  }
}

function kubeErrorOf(error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  return new KubeError("not-kubernetes", "an answer could not be read", { cause: error, retryable: true });
}
