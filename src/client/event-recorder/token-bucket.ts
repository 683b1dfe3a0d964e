import type { Millis } from "../../runtime/clock.ts";

/** Lets a burst through, and then so many in so long. */
export class TokenBucket {
  readonly #burst: number;
  readonly #each: Millis;
  #tokens: number;
  #at: Millis;

  /** One more token every `each` ms, up to `burst`. */
  constructor(burst: number, each: Millis, now: Millis) {
    this.#burst = burst;
    this.#each = each;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one; false where there is none. */
  take(now: Millis): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long until there is one. */
  wait(now: Millis): Millis {
    this.#fill(now);
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) * this.#each;
  }

  /** As if it had never been used: nothing need be kept of it. */
  isFull(now: Millis): boolean {
    this.#fill(now);
    return this.#tokens === this.#burst;
  }

  #fill(now: Millis): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#each);
    this.#at = now;
  }
}
