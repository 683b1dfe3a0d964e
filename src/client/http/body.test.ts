import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { collect, Scratch } from "./body.ts";

const { signal } = new AbortController();
const bodyOf = (...chunks: readonly string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test("bodies that come one after another use the same memory, and none has anything of the one before", async () => {
  const scratch = new Scratch();
  const long = await collect(bodyOf("first, ", "and longer"), "server", signal, scratch);
  expect(long.toString()).toBe("first, and longer");
  const short = await collect(bodyOf("second"), "server", signal, scratch);
  expect(short.toString()).toBe("second");
  expect(short.buffer).toBe(long.buffer);
  expect((await collect(bodyOf(), "server", signal, scratch)).length).toBe(0);
});
