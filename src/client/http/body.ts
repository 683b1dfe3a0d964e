import type { Readable } from "node:stream";
import { noAnswer } from "./failure.ts";

/** The whole body. Throws the signal's reason, or `KubeError` "lost" where it breaks off. */
export async function collect(body: Readable, server: string, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunksOf(body, server, signal)) parts.push(chunk);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
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
