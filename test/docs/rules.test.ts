import { expect, test } from "vitest";
import { readPage } from "../../scripts/docs/pages.ts";
import { parseRules } from "../../src/cli/rules/parse-rules.ts";
import { ruleActions } from "../../src/cli/rules/rules-schema.ts";
import { blocksOf } from "./markdown.ts";

const page = "docs/rules.md";
const examples = blocksOf(readPage(page)).filter(({ language }) => language === "yaml");

test.each(examples)("the rules on line $line are such rules", ({ text }) => {
  expect(parseRules(text, page).length).toBeGreaterThan(0);
});

test("there is an example, and the page names every action", () => {
  expect(examples).not.toEqual([]);
  expect(ruleActions.filter((action) => !readPage(page).includes(`| \`${action}\` |`))).toEqual([]);
});
