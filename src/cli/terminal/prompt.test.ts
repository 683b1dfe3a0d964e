import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { openPrompt } from "./prompt.ts";

function streams(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let text = "";
  output.on("data", (part) => {
    text += String(part);
  });
  return { input, output, written: () => text };
}

describe("lines of a pipe", () => {
  test("are all read, shown behind the prompt, and end with it", async () => {
    const { input, output, written } = streams(false);
    using prompt = openPrompt(input, output, "$ ");
    input.end("status\nexit\n");
    expect([await prompt.next(), await prompt.next(), await prompt.next()]).toEqual(["status", "exit", undefined]);
    expect(written()).toBe("$ status\n$ exit\n");
  });
});

describe("lines of a terminal", () => {
  test("are prompted for one by one, and can be fetched back", async () => {
    const { input, output } = streams(true);
    using prompt = openPrompt(input, output, "$ ");
    const first = prompt.next();
    input.write("status\r");
    expect(await first).toBe("status");
    const again = prompt.next();
    input.write("\x1b[A\r");
    expect(await again).toBe("status");
  });

  test("Ctrl-C drops what was typed, and on an empty line ends it, as Ctrl-D does", async () => {
    const { input, output } = streams(true);
    using prompt = openPrompt(input, output, "$ ");
    const kept = prompt.next();
    input.write("drain everything");
    input.write("\x03");
    input.write("status\r");
    expect(await kept).toBe("status");
    const left = prompt.next();
    input.write("\x03");
    expect(await left).toBeUndefined();
    const ended = prompt.next();
    input.write("\x04");
    expect(await ended).toBeUndefined();
  });
});
