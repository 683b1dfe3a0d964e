import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { phases } from "../../api/schema/maintenance.ts";
import { precedence } from "./cells.ts";
import { transitions } from "./transitions.ts";

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

const promised = sorted([...read("SPEC.md").matchAll(/^- \*\*([IRSM]\d+)\*\*/gm)].map(([, name = ""]) => name));
const titles = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.ts") && name !== "spec.test.ts")
  .flatMap((name) => [...read(name).matchAll(/\b(?:it|test)\(\s*"((?:[^"\\]|\\.)*)"/g)].map(([, title = ""]) => title));
const tested = sorted(titles.flatMap((title) => /^([IRSM]\d+):/.exec(title)?.[1] ?? []));

for (const [letter, what] of [
  ["I", "invariant"],
  ["R", "rule of the ways"],
  ["S", "rule of the status"],
  ["M", "rule of the medik8s face"],
] as const) {
  it(`each ${what} of SPEC.md is named by a test, and none that is not there`, () => {
    const of = (names: readonly string[]): readonly string[] => names.filter((name) => name.startsWith(letter));
    expect(of(promised).length).toBeGreaterThan(7);
    expect(of(tested)).toEqual(of(promised));
  });
}

describe("the table", () => {
  it("is drawn in SPEC.md as it is", () => {
    const drawn = Object.entries(transitions).map(([phase, row]) => {
      const moves = new Map<string, string[]>();
      for (const event of precedence) moves.set(row[event], [...(moves.get(row[event]) ?? []), event]);
      const { stays = [], ...rest } = Object.fromEntries(moves);
      const goes = Object.entries(rest).filter(([cell]) => cell !== "ignores" && cell !== "impossible");
      return `| \`${phase}\` | ${goes.map(([cell, events]) => `${cell}: ${events.join(", ")}`).join("; ")} | ${stays.join(", ")} |`;
    });
    expect(
      read("SPEC.md")
        .split("\n")
        .filter((line) => /^\| `[A-Z]/.test(line)),
    ).toEqual(drawn);
  });

  it("orders every event once", () => {
    expect([...precedence].sort()).toEqual(Object.keys(transitions.Pending).sort());
  });

  it("has a way from every phase to every other but out of Finished and Cancelling", () => {
    const beside = phases.filter((phase) => !["Pending", "Finished", "Blocked", "Paused", "Failed"].includes(phase));
    const reached = (from: (typeof phases)[number]): readonly string[] => {
      const seen = new Set<string>([from]);
      for (const phase of seen) {
        const cells = Object.values(transitions[phase as typeof from]);
        for (const cell of cells) {
          if (cell === "resumes") for (const base of beside) seen.add(base);
          else if ((phases as readonly string[]).includes(cell)) seen.add(cell);
        }
      }
      return [...seen].sort();
    };
    for (const phase of phases) {
      const expected = phase === "Finished" ? ["Finished"] : phase === "Cancelling" ? ["Cancelling", "Finished"] : [...phases].sort();
      expect([phase, reached(phase)]).toEqual([phase, expected]);
    }
  });
});
