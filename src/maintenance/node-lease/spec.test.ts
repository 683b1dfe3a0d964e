import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

const promised = sorted([...read("SPEC.md").matchAll(/^(?:- \*\*|\| )([IL]\d+)(?:\*\*| \|)/gm)].map(([, name = ""]) => name));
const tested = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.ts") && name !== "spec.test.ts")
  .flatMap((name) => [...read(name).matchAll(/\bit\(\s*(["`])(.*?)\1/g)].map(([, , title = ""]) => title.split(":", 1)[0] ?? ""))
  .flatMap((head) => [...head.matchAll(/\b[IL]\d+\b/g)].map(([name]) => name));

it("everything that SPEC.md promises is named by a test, and nothing that is not there", () => {
  expect(promised.length).toBe(10);
  expect(sorted(tested)).toEqual(promised);
});
