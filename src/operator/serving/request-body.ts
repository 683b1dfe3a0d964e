import type { IncomingMessage } from "node:http";

/** What was sent is no request that can be answered: whoever sent it hears why, with this status. */
export class BadBody extends Error {
  readonly http: 400 | 405 | 413 | 415;
  constructor(http: 400 | 405 | 413 | 415, message: string) {
    super(message);
    this.http = http;
  }
}

/**
 * The body of a POST of JSON, at most `largest` bytes of it.
 *
 * @throws BadBody; the connection's error where it breaks
 */
export async function readBody(request: IncomingMessage, largest: number): Promise<string> {
  if (request.method !== "POST") throw new BadBody(405, "only POST");
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new BadBody(415, `content type ${type === "" ? "missing" : type}: expected application/json`);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largest) throw new BadBody(413, `the body is larger than ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
