import type { Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { HeapTimer } from "../../runtime/timer-heap.ts";
import type { Priority } from "./contract.ts";

/** What is known of one key, as long as it is of any concern. */
export interface KeyState {
  running: boolean;
  /** Added while it was worked on. */
  dirty: Priority | undefined;
  ready: { priority: Priority; readonly since: Millis } | undefined;
  /** When it is due. */
  later: HeapTimer | undefined;
  /** In a row. */
  failures: number;
  /** Not even a change brings it back before. */
  notBefore: Millis;
}

/** Keys that wait for a worker, in the order they came, the low ones behind. A Map keeps the order and takes one out of the middle. */
export class Ready {
  readonly #queues = { normal: new Map<string, KeyState>(), low: new Map<string, KeyState>() };

  get size(): number {
    return this.#queues.normal.size + this.#queues.low.size;
  }

  count(priority: Priority): number {
    return this.#queues[priority].size;
  }

  /** False where it waits already; a higher priority is taken over all the same. */
  put(key: string, state: KeyState, priority: Priority, now: Millis): boolean {
    const { ready } = state;
    if (ready === undefined) {
      state.ready = { priority, since: now };
      this.#queues[priority].set(key, state);
      return true;
    }
    if (ready.priority === "low" && priority === "normal") {
      this.#queues.low.delete(key);
      this.#queues.normal.set(key, state);
      ready.priority = "normal";
    }
    return false;
  }

  take(lowFirst: boolean): { readonly key: string; readonly since: Millis } | undefined {
    const { normal, low } = this.#queues;
    const from = (lowFirst && low.size > 0) || normal.size === 0 ? low : normal;
    for (const [key, state] of from) {
      const since = state.ready?.since ?? 0;
      from.delete(key);
      state.ready = undefined;
      return { key, since };
    }
    return undefined;
  }

  clear(): void {
    this.#queues.normal.clear();
    this.#queues.low.clear();
  }
}

/** client-go's DefaultTypedControllerRateLimiter, per item. */
const firstDelay: Millis = 5;
const longestDelay: Millis = 1_000_000;
/** A change cuts a back-off short to this: it may be what the failure waited for, or what the failed attempt itself has written. */
const longestForChange: Millis = 1_000;

/**
 * How long a key waits after this failure: 5 ms doubled with each one before, at most 1000 s, less up to a fifth, so that what failed
 * together does not come back together. `notBefore` is the least, whatever else happens.
 */
export function retryDelay(failuresBefore: number, random: Random): { readonly delay: Millis; readonly notBefore: Millis } {
  const full = Math.min(longestDelay, firstDelay * 2 ** Math.min(failuresBefore, 40));
  const delay = full * (1 - 0.2 * random.next());
  return { delay, notBefore: Math.min(delay, longestForChange) };
}
