import type { Change } from "./change.ts";

/**
 * The changes since the last compaction, one per revision. A ring: what is older than `limit` changes is forgotten, so that a watcher that
 * comes back late is really told 410.
 */
export class EventLog {
  readonly #limit: number;
  #changes: Change[] = [];
  #skip = 0;
  /** The newest revision that is forgotten. */
  #compacted: number;

  constructor(limit: number, start: number) {
    this.#limit = Math.max(1, limit);
    this.#compacted = start;
  }

  get compacted(): number {
    return this.#compacted;
  }

  append(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length - this.#skip > this.#limit) this.#forget(1);
  }

  /** Undefined where some of them are forgotten. */
  after(revision: number): readonly Change[] | undefined {
    return revision < this.#compacted ? undefined : this.#changes.slice(this.#skip + (revision - this.#compacted));
  }

  compact(): void {
    this.#forget(this.#changes.length - this.#skip);
  }

  #forget(count: number): void {
    this.#skip += count;
    this.#compacted += count;
    // Moving the list at every append would cost its length each time.
    if (this.#skip < this.#limit && this.#skip < this.#changes.length) return;
    this.#changes = this.#changes.slice(this.#skip);
    this.#skip = 0;
  }
}
