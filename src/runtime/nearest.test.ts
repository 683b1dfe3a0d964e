import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const commands = ["preview", "drain", "cordon", "uncordon", "completion", "version", "demo"];

test.each<[string, string | undefined]>([
  ["drain", "drain"],
  ["Drain", "drain"],
  ["drian", "drain"],
  ["dran", "drain"],
  ["draiin", "drain"],
  ["drein", "drain"],
  ["corden", "cordon"],
  ["uncordno", "uncordon"],
  ["prevew", "preview"],
  ["complet", "completion"],
  ["dmeo", "demo"],
  ["verison", "version"],
  ["delete", undefined],
  ["xyz", undefined],
  ["d", undefined],
  ["", undefined],
])("%j is meant to be %j", (word, meant) => {
  expect(nearest(word, commands)).toBe(meant);
});

test("the first of equally near ones, and nothing of nothing", () => {
  expect(nearest("cat", ["bat", "hat"])).toBe("bat");
  expect(nearest("cat", [])).toBeUndefined();
});

test("one slip in a word of five letters or more is found again", () => {
  fc.assert(
    fc.property(fc.constantFrom(...commands.filter((name) => name.length >= 5)), fc.nat(), (name, where) => {
      const place = where % name.length;
      expect(nearest(name.slice(0, place) + name.slice(place + 1), [name])).toBe(name);
      expect(nearest(`${name.slice(0, place)}#${name.slice(place)}`, [name])).toBe(name);
    }),
  );
});
