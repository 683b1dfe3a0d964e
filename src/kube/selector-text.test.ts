import { expect, test } from "vitest";
import { parseLabelSelector, readLabelSelector } from "./selector.ts";
import { selectorText } from "./selector-text.ts";

test.each(["a=b", "a==b", "a!=b", "a in (b,c)", "a notin (b)", "a", "!a", "a>1", "a<1", ""])("%j is read back as the same", (text) => {
  const read = parseLabelSelector(text);
  const again = read.ok ? parseLabelSelector(selectorText(read.selector)) : undefined;
  expect(again).toEqual(read);
});

test("a structured selector becomes the text that a list takes", () => {
  const read = readLabelSelector({
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["a", "b"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  });
  expect(read.ok && selectorText(read.selector)).toBe("app=web,!old,tier in (a,b)");
});
