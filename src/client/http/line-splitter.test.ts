import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

const split = (chunks: readonly Buffer[]): { lines: string[]; pending: number } => {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(chunk)).map((line) => line.toString("utf8"));
  return { lines, pending: splitter.pending };
};

describe("cutting a watch into lines", () => {
  it("does not depend on where the chunks end, byte by byte included", () => {
    const line = fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((text) => !text.includes("\n"));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""), "utf8");
        const expected = Buffer.from(bytes).toString("utf8").split("\n").slice(0, -1);
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size: number = sizes.next().value ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const bytewise = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
        expect(split(chunks)).toEqual({ lines: expected, pending: 0 });
        expect(split(bytewise)).toEqual({ lines: expected, pending: 0 });
        expect(split([bytes])).toEqual({ lines: expected, pending: 0 });
      }),
      { seed: 20261120 },
    );
  });

  it("keeps a character whole that a chunk cuts in two", () => {
    const bytes = Buffer.from('{"name":"größe-🚢"}\n', "utf8");
    const middle = bytes.indexOf(Buffer.from("🚢")) + 2;
    expect(split([bytes.subarray(0, middle), bytes.subarray(middle)]).lines).toEqual(['{"name":"größe-🚢"}']);
  });

  it("tells of a line that has not ended", () => {
    expect(split([Buffer.from("whole\nhal")])).toEqual({ lines: ["whole"], pending: 3 });
  });

  it("leaves out empty lines", () => {
    expect(split([Buffer.from("\n\na\n\n")]).lines).toEqual(["a"]);
  });

  it("refuses a line above its limit, ended or not", () => {
    expect(() => new LineSplitter(4).push(Buffer.from("12345\n"))).toThrow(/longer than 4 bytes/);
    const splitter = new LineSplitter(4);
    splitter.push(Buffer.from("123"));
    expect(() => splitter.push(Buffer.from("45"))).toThrow(/longer than 4 bytes/);
  });
});
