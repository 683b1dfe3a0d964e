import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { askOn } from "./question.ts";

function begin() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const stop = new AbortController();
  const answer = askOn(input, output, "Sure? [y/N] ", stop.signal);
  return { input, output, stop, answer };
}

describe("a question on a terminal", () => {
  test("is shown, and answered by a line", async () => {
    const { input, output, answer } = begin();
    input.write("yes\n");
    expect(await answer).toBe("yes");
    expect(String(output.read())).toBe("Sure? [y/N] ");
  });

  test("is not answered by the end of the input", async () => {
    const { input, answer } = begin();
    input.end();
    expect(await answer).toBe("");
  });

  test("ends when it is stopped", async () => {
    const { stop, answer } = begin();
    stop.abort(new Error("SIGINT"));
    await expect(answer).rejects.toThrow(/abort/i);
  });
});
