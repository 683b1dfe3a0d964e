import { expect, test } from "vitest";
import { patternOf } from "./pattern.ts";

test.each([
  ["^[a-z]+$", "abc", "ab1"],
  ["b", "abc", "acd"],
  ["(?i)^abc$", "ABC", "abd"],
  ["\\Aab\\z", "ab", "abc"],
  ["^a\\-b$", "a-b", "a_b"],
  ["^\\p{L}+$", "äß", "a1"],
])("%s is found in %s, and not in %s", (pattern, text, other) => {
  expect([patternOf(pattern).test(text), patternOf(pattern).test(other)]).toEqual([true, false]);
});
