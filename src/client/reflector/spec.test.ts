import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

/** The names before the colon of a test's title: "I0–I2, I6: …". */
function namesIn(title: string): readonly string[] {
  const [head = ""] = title.split(":", 1);
  return [...head.matchAll(/([IL])(\d+)(?:–[IL](\d+))?/g)].flatMap(([, letter = "", first = "", last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => `${letter}${Number(first) + n}`),
  );
}

const promised = {
  I: sorted([...read("SPEC.md").matchAll(/^- \*\*(I\d+)\*\*/gm)].map(([, name = ""]) => name)),
  L: sorted([...read("SPEC.md").matchAll(/^\| (L\d+) \|/gm)].map(([, name = ""]) => name)),
};
const titles = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.ts") && name !== "spec.test.ts")
  .flatMap((name) => [...read(name).matchAll(/\bit\(\s*(["`])(.*?)\1/g)].map(([, , title = ""]) => title));
const tested = titles.flatMap(namesIn);

for (const [letter, what] of [
  ["I", "invariant"],
  ["L", "loop-back"],
] as const) {
  it(`each ${what} of SPEC.md is named by a test, and none that is not there`, () => {
    expect(promised[letter].length).toBeGreaterThan(10);
    expect(sorted(tested.filter((name) => name.startsWith(letter)))).toEqual(promised[letter]);
  });
}
