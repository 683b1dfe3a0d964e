import type { Readable } from "node:stream";
import { noAnswer } from "./failure.ts";

/**
 * Memory for bodies that come one after another, as the pages of a list do: the same for all of them. A page of pods is megabytes, and what
 * lives as long as it takes to read one is given back late.
 */
export class Scratch {
  #memory = Buffer.alloc(0);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#memory.length * 2));
      this.#memory.copy(larger, 0, 0, this.#length);
      this.#memory = larger;
    }
    chunk.copy(this.#memory, this.#length);
    this.#length = length;
  }

  /** What was appended; good until the next `clear`. */
  get content(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}

/** The whole body, in `scratch` where there is one. Throws the signal's reason, or `KubeError` "lost" where it breaks off. */
export async function collect(body: Readable, server: string, signal: AbortSignal, scratch?: Scratch): Promise<Buffer> {
  if (scratch !== undefined) {
    scratch.clear();
    for await (const chunk of chunksOf(body, server, signal)) scratch.append(chunk);
    return scratch.content;
  }
  const parts: Buffer[] = [];
  for await (const chunk of chunksOf(body, server, signal)) parts.push(chunk);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** No more of the body than so many bytes; what comes after them is not read. Throws as `collect`. */
export async function collectAtMost(body: Readable, server: string, signal: AbortSignal, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(body, server, signal)) {
    parts.push(chunk.subarray(0, most - length));
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(parts);
}

/** The chunks as they come. Whoever stops early cancels the rest: an unread body holds memory of the whole session. */
export async function* chunksOf(body: Readable, server: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw noAnswer(error, true, server);
  } finally {
    body.destroy();
  }
}
