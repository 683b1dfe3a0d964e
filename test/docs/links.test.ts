import { existsSync } from "node:fs";
import { posix, resolve } from "node:path";
import { expect, test } from "vitest";
import { pages, readPage, root } from "../../scripts/docs/pages.ts";
import { anchorsOf, localLinks } from "./markdown.ts";

test.each(pages())("links of %s lead somewhere", (path) => {
  const broken = localLinks(readPage(path)).filter((target) => !leadsSomewhere(path, target));
  expect(broken).toEqual([]);
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : posix.normalize(posix.join(posix.dirname(from), file));
  if (path.startsWith("..") || !existsSync(resolve(root, path))) return false;
  return anchor === undefined || anchorsOf(readPage(path)).includes(anchor);
}

test("every page can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    for (const target of localLinks(readPage(path))) {
      const file = target.split("#")[0] ?? "";
      const linked = posix.normalize(posix.join(posix.dirname(path), file));
      if (linked.endsWith(".md")) reached.add(linked);
    }
  }
  expect(pages().filter((path) => !reached.has(path))).toEqual([]);
});

test("no heading stands twice on a page, so that each anchor means one place", () => {
  const twice = pages()
    .filter((path) => path !== "CHANGELOG.md")
    .flatMap((path) => {
      const anchors = anchorsOf(readPage(path));
      return anchors.filter((anchor, i) => anchors.indexOf(anchor) !== i).map((anchor) => `${path}#${anchor}`);
    });
  expect(twice).toEqual([]);
});
