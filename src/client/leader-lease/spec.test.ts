import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const here = import.meta.dirname;
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

/** The names before the colon of a test's title: "I1–I3, I6: …". */
function namesIn(title: string): readonly string[] {
  const [head = ""] = title.split(":", 1);
  return [...head.matchAll(/([IL])(\d+)(?:–[IL](\d+))?/g)].flatMap(([, letter = "", first = "", last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => `${letter}${Number(first) + n}`),
  );
}

const spec = readFileSync(join(here, "SPEC.md"), "utf8");
const promised = {
  I: sorted([...spec.matchAll(/^- \*\*(I\d+)\*\*/gm)].map(([, name = ""]) => name)),
  L: sorted([...spec.matchAll(/^\| (L\d+) \|/gm)].map(([, name = ""]) => name)),
};
/** Beside the machine, and those that play it on a cluster. */
const folders = [here, join(here, "../../../test/properties/leader-lease")];
const tested = folders
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => path.endsWith(".test.ts") && path !== join(here, "spec.test.ts"))
  .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/\bit\(\s*(["`])(.*?)\1/g)].map(([, , title = ""]) => title))
  .flatMap(namesIn);

it.each(["I", "L"] as const)(
  "everything that SPEC.md promises by the letter %s is named by a test, and nothing that is not there",
  (letter) => {
    expect(promised[letter].length).toBeGreaterThan(8);
    expect(sorted(tested.filter((name) => name.startsWith(letter)))).toEqual(promised[letter]);
  },
);
