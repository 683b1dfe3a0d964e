import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { deployFiles } from "../../scripts/docs/deploy-files.ts";
import { pictureOf, pictures } from "../../scripts/picture.ts";
import { madeAnew, pages, readPage, root } from "../../scripts/docs/pages.ts";
import { schemaFiles } from "../../scripts/docs/schema-files.ts";
import { commands } from "../../src/cli/command-table.ts";
import { phrases } from "../../src/maintenance/crafts.ts";
import { exitCodes } from "../../src/present/exit-code.ts";
import { anchorsOf } from "./markdown.ts";

describe("generated parts are what `node scripts/docs.ts` makes now", () => {
  test.each(pages())("%s", async (path) => {
    expect(readPage(path)).toBe(await madeAnew(path));
  });
});

test.each([...schemaFiles()])("%s is what `npm run docs` makes of scripts/schema/ now", (path, text) => {
  expect(readPage(path)).toBe(text);
});

test.each([...deployFiles()])("%s is what `npm run docs` makes of src/operator/manifests/ now", (path, text) => {
  expect(readPage(path)).toBe(text);
});

test.each(pictures)("the picture $name is what `node scripts/picture.ts` makes of its capture", (source) => {
  expect(readFileSync(resolve(root, `docs/images/${source.name}.svg`), "utf8")).toBe(pictureOf(source));
});

test("every code has an entry", () => {
  const entries = anchorsOf(readPage("docs/codes.md"));
  expect(Object.keys(phrases).filter((code) => !entries.includes(code))).toEqual([]);
});

test("no sentence of a code lacks a sample value", () => {
  expect(readPage("docs/codes.md")).not.toMatch(/(?:^|[\s(])\?(?:$|[\s),.:])|undefined/m);
});

test("every command has a page", () => {
  expect(commands.map(({ name }) => `docs/commands/${name}.md`).filter((path) => !pages().includes(path))).toEqual([]);
});

test("the README has every exit code", () => {
  const listed = [...readPage("README.md").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(exitCodes).toSorted((a, b) => a - b));
});
