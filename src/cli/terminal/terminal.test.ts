import { describe, expect, test } from "vitest";
import { bad, dim, good, type Line, plain } from "../../present/line.ts";
import { FakeTerminal } from "../testing/fake-terminal.ts";
import { openFrame } from "./frame.ts";
import { paint, paintFor } from "./paint.ts";
import { displayWidth, fit } from "./width.ts";

const utf8 = { LANG: "en_US.UTF-8" };
const bare = { colour: false, unicode: true };
const line = (text: string): Line => [plain(text)];

describe("width", () => {
  test.each([
    ["worker-1", 8],
    ["", 0],
    ["\x1b[31mred\x1b[39m", 3],
    ["日本", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["→ ✓ █░ …", 8],
  ])("%j is %d cells wide", (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  test("a text is cut between letters, with a mark", () => {
    expect(fit("worker-1", 8, "…")).toBe("worker-1");
    expect(fit("worker-12", 8, "…")).toBe("worker-…");
    expect(fit("日本語", 5, "…")).toBe("日本…");
    expect(fit("日本語", 4, "…")).toBe("日…");
    expect(fit("abc", 0, "…")).toBe("");
  });
});

describe("paint", () => {
  const spans: Line = [good("✓ done"), plain(" web/a → gone"), dim(" …")];

  test("colour only on a terminal that wants it", () => {
    const colour = (isTTY: boolean, env: Record<string, string>) => paintFor(isTTY, { ...utf8, ...env }, "linux").colour;
    expect(colour(true, {})).toBe(true);
    expect(colour(false, {})).toBe(false);
    expect(colour(true, { NO_COLOR: "1" })).toBe(false);
    expect(colour(true, { NO_COLOR: "" })).toBe(true);
    expect(colour(true, { TERM: "dumb" })).toBe(false);
    expect(colour(false, { FORCE_COLOR: "1" })).toBe(true);
  });

  test("the words are the same with and without colour", () => {
    expect(paint(spans, { colour: true, unicode: true })).toContain("\x1b[32m✓ done\x1b[39m");
    expect(paint(spans, bare)).toBe("✓ done web/a → gone …");
  });

  test("only ASCII where the locale is not UTF-8", () => {
    const how = paintFor(false, { LC_ALL: "C", LANG: "en_US.UTF-8" }, "linux");
    expect(paint([...spans, plain(" ümläut 30s–1m ██░░")], how)).toBe("ok done web/a -> gone ... ?ml?ut 30s-1m ##..");
    expect(paintFor(false, {}, "linux").unicode).toBe(false);
    expect(paintFor(false, {}, "darwin").unicode).toBe(true);
  });

  test("texts of the cluster cannot steer the terminal", () => {
    expect(paint([plain("evil\x1b[2J\x07 name\n  next line")], bare)).toBe("evil[2J name next line");
  });

  test("a line is cut to its width across its spans", () => {
    expect(paint([plain("12345"), bad("67890")], bare, 7)).toBe("123456…");
  });
});

describe("a frame", () => {
  test("is drawn in place", () => {
    const terminal = new FakeTerminal(true);
    using frame = openFrame(terminal, bare);
    frame.draw([line("a"), line("b")]);
    frame.draw([line("c")]);
    frame.draw([line("d"), line("e"), line("f")]);
    expect(terminal.screen()).toEqual(["d", "e", "f"]);
  });

  test("lines printed above it scroll, in order, and it stays below", () => {
    const terminal = new FakeTerminal(true);
    using frame = openFrame(terminal, bare);
    frame.draw([line("50%")]);
    frame.above(() => terminal.write("node/n cordoned\n"));
    frame.draw([line("60%"), line("waiting")]);
    frame.above(() => terminal.write("evicting pod web/a\n"));
    expect(terminal.screen()).toEqual(["node/n cordoned", "evicting pod web/a", "60%", "waiting"]);
  });

  test("goes away at the end and gives the cursor back", () => {
    const terminal = new FakeTerminal(true);
    const frame = openFrame(terminal, bare);
    frame.draw([line("50%")]);
    frame.above(() => terminal.write("node/n drained\n"));
    frame[Symbol.dispose]();
    frame[Symbol.dispose]();
    frame.draw([line("too late")]);
    expect(terminal.screen()).toEqual(["node/n drained"]);
    expect(terminal.written.startsWith("\x1b[?25l")).toBe(true);
    expect(terminal.written.endsWith("\x1b[?25h")).toBe(true);
  });

  test("no line is as wide as the terminal, no frame as high", () => {
    const terminal = new FakeTerminal(true, 10, 4);
    using frame = openFrame(terminal, bare);
    frame.draw([line("123456789012"), line("b"), line("c"), line("d"), line("e")]);
    expect(terminal.screen()).toEqual(["12345678…", "b", "… (3 mor…"]);
  });

  test("after the terminal became narrower nothing of the old frame is left", () => {
    const terminal = new FakeTerminal(true, 20);
    using frame = openFrame(terminal, bare);
    frame.above(() => terminal.write("above\n"));
    frame.draw([line("1234567890123456789"), line("second")]);
    terminal.resize(8);
    expect(terminal.screen()).toEqual(["above", "123456…", "second"]);
    terminal.resize(30);
    expect(terminal.screen()).toEqual(["above", "1234567890123456789", "second"]);
  });
});
