import { describe, expect, test } from "vitest";
import { bad, dim, type Line, plain, strong, textOf } from "./line.ts";
import { wrapLine } from "./wrap-line.ts";

const shown = (line: Line, cells: number): readonly string[] => wrapLine(line, cells).map(textOf);

describe("a line on a terminal", () => {
  test("that fits is left alone", () => {
    const line = [bad("  blocked  "), plain("web/a: no")];
    expect(wrapLine(line, 20)).toEqual([line]);
  });

  test("goes on under the first word of its sentence, each word in its tone", () => {
    const lines = wrapLine([bad("  blocked  "), plain("web/a: the budget needs all of its pods "), dim("12s")], 34);
    expect(lines.map(textOf)).toEqual(["  blocked  web/a: the budget needs", "           all of its pods 12s"]);
    expect(lines.at(-1)?.at(-1)).toEqual(dim("12s"));
  });

  test.each([
    ["           → scale it up or relax it", 26, ["           → scale it up", "             or relax it"]],
    ["error: unable to drain node", 18, ["error: unable to", "       drain node"]],
    ["# two pods, and it can go", 14, ["# two pods,", "# and it can", "# go"]],
  ])("%s", (text, cells, lines) => {
    expect(shown([plain(text)], cells)).toEqual(lines);
  });

  test("to paste is never broken", () => {
    const line = [plain("  "), strong("drydock drain worker-1 --ignore-daemonsets --allow=partial")];
    expect(shown(line, 30)).toEqual([textOf(line)]);
  });

  test("nor is a row of a table", () => {
    const row = "  kube-system/node-exporter-trvmj  ds/node-exporter  Running";
    expect(shown([plain(row)], 30)).toEqual([row]);
  });

  test.each([
    [46, ["  Pod shop/naked  1     not replaced: nothing", "                        manages it"]],
    [38, ["  Pod shop/naked  1     not replaced:", "    nothing manages it"]],
  ])("of a row with a sentence at its end the sentence goes on: %d cells", (cells, lines) => {
    expect(shown([plain("  Pod shop/naked  1     not replaced: nothing manages it")], cells)).toEqual(lines);
  });

  test("loses no word, and none is cut, however narrow the terminal", () => {
    const text = "  blocked  shop/catalog-58fdf864b-bj2zk: waits for the budget catalog";
    for (let cells = 1; cells < 80; cells += 1)
      expect(
        shown([plain(text)], cells)
          .join(" ")
          .split(/\s+/),
      ).toEqual(text.split(/\s+/));
  });
});
