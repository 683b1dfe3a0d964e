import { createLatch } from "../../../src/runtime/latch.ts";

/** Where a body is written to: both HTTP/2's response and a test's. */
export interface Sink {
  write(part: string): boolean;
  once(event: "drain" | "close", run: () => void): unknown;
  off(event: "drain" | "close", run: () => void): unknown;
  readonly destroyed: boolean;
}

/** About one TLS record: smaller parts cost more than they carry. */
const part = 16_384;

/** Writes texts one after another, as fast as they are taken, several to a part. @returns false where nobody takes them any more */
export async function writeAll(texts: Iterable<string>, sink: Sink): Promise<boolean> {
  let text = "";
  for (const next of texts) {
    text += next;
    if (text.length < part) continue;
    if (!(await writePart(text, sink))) return false;
    text = "";
  }
  return text === "" || (await writePart(text, sink));
}

async function writePart(text: string, sink: Sink): Promise<boolean> {
  if (sink.destroyed) return false;
  if (sink.write(text)) return true;
  const done = Promise.withResolvers<void>();
  sink.once("drain", done.resolve);
  sink.once("close", done.resolve);
  await done.promise;
  sink.off("drain", done.resolve);
  sink.off("close", done.resolve);
  return !sink.destroyed;
}

/** Lines for one watch: what comes faster than it is taken waits as a function, not as text. */
export class Feed {
  readonly #sink: Sink;
  readonly #latch = createLatch();
  #waiting: (() => string)[] = [];
  #isOver = false;
  /** Resolvers of those who wait until all has been taken. */
  #emptied: (() => void)[] = [];
  #isWriting = false;

  constructor(sink: Sink) {
    this.#sink = sink;
    sink.once("close", () => this.end());
  }

  push(line: () => string): void {
    this.#waiting.push(line);
    this.#latch.set();
  }

  end(): void {
    this.#isOver = true;
    this.#latch.set();
  }

  /** All that was pushed before has been written, or nobody wants it any more. */
  async taken(): Promise<void> {
    if (this.#isOver || (this.#waiting.length === 0 && !this.#isWriting)) return;
    const done = Promise.withResolvers<void>();
    this.#emptied.push(done.resolve);
    await done.promise;
  }

  async run(first: Iterable<string>): Promise<void> {
    this.#isWriting = true;
    let goesOn = await writeAll(first, this.#sink);
    while (goesOn && !this.#isOver) {
      const lines = this.#waiting;
      this.#waiting = [];
      goesOn = await writeAll(made(lines), this.#sink);
      if (this.#waiting.length > 0) continue;
      this.#isWriting = false;
      this.#tellEmpty();
      await this.#latch.wait();
      this.#isWriting = true;
    }
    this.#isOver = true;
    this.#tellEmpty();
  }

  #tellEmpty(): void {
    for (const resolve of this.#emptied) resolve();
    this.#emptied = [];
  }
}

function* made(lines: readonly (() => string)[]): Iterable<string> {
  for (const line of lines) yield line();
}
