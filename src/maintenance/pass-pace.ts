import type { Clock, Millis } from "../runtime/clock.ts";

/** A pass is followed by a rest this many times as long as itself: it takes a third of a core at most, and one of 2 ms is due again after 4. */
const restPerWork = 2;
/** Nobody waits longer than this for an eviction that may go. */
const longestRest: Millis = 25;

/**
 * How fast passes follow each other. Changes come in bursts (one eviction is told by eight to ten events), and each pass looks at everything: those
 * that come while one rests are one pass, and the API server, which may have few cores and is asked by others too, gets on with its own work.
 * Where passes take no time, as in virtual time, there is no rest.
 */
export class PassPace {
  readonly #clock: Clock;
  #began: Millis = 0;
  #freeAt: Millis = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.#began = this.#clock.monotonic();
  }

  end(): void {
    const now = this.#clock.monotonic();
    this.#freeAt = now + Math.min(longestRest, (now - this.#began) * restPerWork);
  }

  /** Resolves when the next pass may begin; at once after an idle time. */
  async rest(): Promise<void> {
    const left = this.#freeAt - this.#clock.monotonic();
    // Timers count whole milliseconds: less is not worth one.
    if (left < 1) return;
    await new Promise<void>((resolve) => void this.#clock.timer(left, resolve));
  }
}
