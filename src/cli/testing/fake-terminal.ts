import type { Output } from "../terminal/output.ts";

/**
 * A terminal as far as frames need one: it keeps a screen of lines with a cursor, and everything that was ever written. It knows newline,
 * carriage return, cursor up, erase below and wrapping at its width; other escape sequences draw nothing.
 */
export class FakeTerminal implements Output {
  readonly isTTY: boolean;
  written = "";
  #columns: number;
  readonly #rows: number;
  #lines: string[] = [""];
  #row = 0;
  #column = 0;
  readonly #listeners = new Set<() => void>();

  constructor(isTTY: boolean, columns = 80, rows = 24) {
    this.isTTY = isTTY;
    this.#columns = columns;
    this.#rows = rows;
  }

  columns(): number {
    return this.#columns;
  }

  rows(): number {
    return this.#rows;
  }

  onResize(run: () => void): Disposable {
    this.#listeners.add(run);
    return { [Symbol.dispose]: () => this.#listeners.delete(run) };
  }

  /** Wraps what stands there already, as terminals do, and tells the program. */
  resize(columns: number): void {
    const lines = this.screen().flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""]);
    this.#columns = columns;
    this.#lines = [...lines, ""];
    this.#row = this.#lines.length - 1;
    this.#column = 0;
    for (const run of this.#listeners) run();
  }

  write(text: string): void {
    this.written += text;
    for (const [token] of text.matchAll(/\p{Control}\[\??\d*[A-Za-z]|[\s\S]/gu)) this.#take(token);
  }

  /** What a person sees: the lines, without what is empty at the end. */
  screen(): readonly string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** All that was written, as lines. */
  lines(): readonly string[] {
    return this.written.split("\n").slice(0, -1);
  }

  #take(token: string): void {
    if (token === "\n") {
      this.#row += 1;
      this.#column = 0;
      if (this.#row === this.#lines.length) this.#lines.push("");
    } else if (token === "\r") this.#column = 0;
    else if (token.startsWith("\x1b[")) this.#control(token);
    else this.#put(token);
  }

  #control(token: string): void {
    if (token.endsWith("A")) this.#row = Math.max(0, this.#row - Number(token.slice(2, -1) || "1"));
    if (token === "\x1b[J") {
      this.#lines = this.#lines.slice(0, this.#row + 1);
      this.#lines[this.#row] = (this.#lines[this.#row] ?? "").slice(0, this.#column);
    }
  }

  #put(sign: string): void {
    if (this.#column === this.#columns) this.#take("\n");
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + sign + line.slice(this.#column + 1);
    this.#column += 1;
  }
}
