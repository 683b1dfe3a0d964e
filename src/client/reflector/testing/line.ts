import type { RawEvent } from "./thing.ts";

/** One open watch: what is pushed comes out as batches, until it ends or breaks. */
export class Line {
  /** Only events beyond this version are sent. */
  after = 0;
  /** Nothing comes through any more, neither events nor the end. */
  dead = false;
  #waiting: RawEvent[] = [];
  #over: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(...events: readonly RawEvent[]): void {
    if (this.dead) return;
    this.#waiting.push(...events);
    this.#wake?.();
  }
  end(): void {
    if (this.dead) return;
    this.#over ??= {};
    this.#wake?.();
  }
  break(error: unknown): void {
    if (!this.dead) this.fail(error);
  }
  /** Our own side: breaks a dead line too. */
  fail(error: unknown): void {
    this.#over ??= { error };
    this.#wake?.();
  }

  async *batches(): AsyncGenerator<readonly RawEvent[]> {
    for (;;) {
      if (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        yield batch;
      } else if (this.#over !== undefined) {
        if ("error" in this.#over) throw this.#over.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
