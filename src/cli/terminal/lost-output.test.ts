import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { type LostOutput, onLostOutput } from "./lost-output.ts";

function lose(code: string, given: Pick<LostOutput, "name" | "goesOn">): readonly unknown[] {
  const stream = new EventEmitter();
  const done: unknown[] = [];
  onLostOutput(stream, {
    ...given,
    say: (line) => void done.push(line),
    exit: (with_) => void done.push(["exit", with_]),
    incomplete: () => void done.push("incomplete"),
  });
  for (let i = 0; i < 2; i += 1) stream.emit("error", Object.assign(new Error(`${code}: write`), { code }));
  return done;
}

describe("output that goes nowhere", () => {
  test("a drain whose reader has gone is seen through: no half-empty node with exit code 0", () => {
    expect(lose("EPIPE", { name: "stdout", goesOn: true })).toEqual([]);
    expect(lose("EPIPE", { name: "stderr", goesOn: true })).toEqual([]);
  });

  test("a drain whose log's disk is full goes on, says so once, and is no longer a success", () => {
    expect(lose("ENOSPC", { name: "stdout", goesOn: true })).toEqual([
      "Warning: cannot write to stdout: ENOSPC: write; the work goes on\n",
      "incomplete",
      "incomplete",
    ]);
  });

  test("what only prints ends with its reader, without a word", () => {
    expect(lose("EPIPE", { name: "stdout", goesOn: false })[0]).toEqual(["exit", undefined]);
  });

  test("what only prints says that the disk is full and fails", () => {
    expect(lose("ENOSPC", { name: "stdout", goesOn: false }).slice(0, 3)).toEqual([
      "error: cannot write to stdout: ENOSPC: write\n",
      "incomplete",
      ["exit", 1],
    ]);
  });
});
