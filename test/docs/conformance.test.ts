import { posix } from "node:path";
import { expect, test } from "vitest";
import { readPage } from "../../scripts/docs/pages.ts";

// What the Node Maintenance Operator's suites ask, and where it is asked of Drydock: the tables of the page and the names of the tests say the same.

const page = "docs/coming-from-node-maintenance-operator.md";
const asked = [numbered("C", 12), numbered("W", 8), numbered("U", 1), numbered("E", 5)].flat();

const rows = [...readPage(page).matchAll(/^\| (.+?) \| (.+?) \| \[`.+?`\]\((.+\.test\.ts)\) \|$/gm)].map(
  ([, what = "", name = "", target = ""]) => ({ what, name, file: posix.join(posix.dirname(page), target) }),
);
const isOfTheirs = ({ what }: { readonly what: string }): boolean => /^[CWUE]\d+(, [CWUE]\d+)*$/.test(what);

function numbered(suite: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${suite}${i + 1}`);
}

test("every case of theirs has a test on the real control plane", () => {
  const theirs = rows.filter(isOfTheirs);
  expect(asked.filter((id) => !theirs.some(({ what }) => what.split(", ").includes(id)))).toEqual([]);
  expect(theirs.filter(({ file }) => !file.startsWith("test/control-plane/"))).toEqual([]);
});

test.each(rows)("$what: $name", (row) => {
  expect(readPage(row.file)).toContain(`"${isOfTheirs(row) ? `${row.what}: ` : ""}${row.name}"`);
});

test("there are more than theirs", () => {
  expect(rows.filter((row) => !isOfTheirs(row)).length).toBeGreaterThan(12);
});
