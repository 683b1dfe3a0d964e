import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { InvariantError } from "./errors.ts";
import { canonicalJson, digest } from "./hash.ts";

test.each<[unknown, string]>([
  [null, "null"],
  [undefined, "null"],
  [-0, "0"],
  ["é\n", '"é\\n"'],
  [{ b: 1, a: { d: [true, undefined, "x"], c: undefined } }, '{"a":{"d":[true,null,"x"]},"b":1}'],
  [{ 10: "ten", 9: "nine" }, '{"10":"ten","9":"nine"}'],
  [Object.create(null), "{}"],
])("%j is written as %s", (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test("a digest is the SHA-256 of that text", () => {
  expect(digest({ b: 1, a: 2 })).toBe(createHash("sha256").update('{"a":2,"b":1}').digest("hex"));
});

test.each([
  [1n],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [new Map()],
  [new Set()],
  [new Date(0)],
  [() => 1],
  [Symbol("x")],
  [{ deep: [1n] }],
])("%o is refused rather than hashed as nothing", (value) => {
  expect(() => digest(value)).toThrow(InvariantError);
});

test("the digest does not see the order of keys, and sees everything else", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, key) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(digest(turned)).toBe(digest(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(digest({ ...value, [key]: "changed" }) === digest(value)).toBe(value[key] === "changed");
    }),
  );
});
