import type { Millis } from "./clock.ts";

/** One entry of the heap. `at` is on the clock's monotonic axis. */
export interface HeapTimer {
  readonly at: Millis;
  readonly sequence: number;
  readonly background: boolean;
  readonly run: () => void;
}

/**
 * A binary heap of timers, ordered by (at, order of arrival), so that two timers of one instant run in the order they were set.
 * Removal is O(log n): an aborted sleep leaves the heap at once, and with it everything its closure holds.
 */
export class TimerHeap {
  readonly #items: HeapTimer[] = [];
  readonly #places = new Map<HeapTimer, number>();
  #sequence = 0;
  #foreground = 0;

  get size(): number {
    return this.#items.length;
  }

  /** How many timers count as work (all that are not background). */
  get foreground(): number {
    return this.#foreground;
  }

  add(at: Millis, run: () => void, background: boolean): HeapTimer {
    this.#sequence += 1;
    const timer: HeapTimer = { at, sequence: this.#sequence, background, run };
    if (!background) this.#foreground += 1;
    this.#rise(timer, this.#items.length);
    return timer;
  }

  /** The next timer to run; undefined when empty. */
  first(): HeapTimer | undefined {
    return this.#items[0];
  }

  /** False if it is no longer in the heap (it ran, or was removed before). */
  remove(timer: HeapTimer): boolean {
    const place = this.#places.get(timer);
    if (place === undefined) return false;
    this.#places.delete(timer);
    if (!timer.background) this.#foreground -= 1;
    const last = this.#items.pop();
    if (last !== undefined && last !== timer) {
      // The last one fills the hole and may belong above or below it.
      const parent = this.#items[(place - 1) >> 1];
      if (place > 0 && parent !== undefined && isBefore(last, parent)) this.#rise(last, place);
      else this.#sink(last, place);
    }
    return true;
  }

  #put(timer: HeapTimer, place: number): void {
    this.#items[place] = timer;
    this.#places.set(timer, place);
  }

  #rise(timer: HeapTimer, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(timer, place);
  }

  #sink(timer: HeapTimer, from: number): void {
    let place = from;
    for (;;) {
      const left = this.#items[2 * place + 1];
      const right = this.#items[2 * place + 2];
      if (left === undefined) break;
      const rightIsNext = right !== undefined && isBefore(right, left);
      const next = rightIsNext ? right : left;
      if (!isBefore(next, timer)) break;
      this.#put(next, place);
      place = 2 * place + (rightIsNext ? 2 : 1);
    }
    this.#put(timer, place);
  }
}

function isBefore(a: HeapTimer, b: HeapTimer): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
