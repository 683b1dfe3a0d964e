import { KubeError } from "../errors.ts";

const newline = 0x0a;
/** etcd takes 1.5 MiB for an object, written more tightly than JSON; a longer line is no watch event. */
const longest = 16 << 20;

/**
 * Cuts a stream of bytes into lines at 0x0A, before anything is decoded: no byte of a multi-byte UTF-8 character is ever 0x0A, and a
 * character cut in two by a chunk's end is whole again by then.
 */
export class LineSplitter {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(longestLine: number = longest) {
    this.#longest = longestLine;
  }

  /** The lines that this chunk completes, without their end; empty ones are left out. Throws where a line is longer than the limit. */
  push(chunk: Buffer): readonly Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      const rest = chunk.subarray(from, at);
      const line = this.#parts.length === 0 ? rest : Buffer.concat([...this.#parts, rest]);
      this.#parts = [];
      this.#size = 0;
      if (line.length > this.#longest) throw tooLong(this.#longest);
      if (line.length > 0) lines.push(line);
      from = at + 1;
    }
    if (from < chunk.length) {
      this.#parts.push(chunk.subarray(from));
      this.#size += chunk.length - from;
      if (this.#size > this.#longest) throw tooLong(this.#longest);
    }
    return lines;
  }

  /** Bytes of a line that has not ended yet. */
  get pending(): number {
    return this.#size;
  }
}

function tooLong(limit: number): KubeError {
  return new KubeError("not-kubernetes", `a line of the watch is longer than ${limit} bytes: what answers is no Kubernetes API`);
}
