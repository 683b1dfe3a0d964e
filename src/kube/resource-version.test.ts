import fc from "fast-check";
import { expect, test } from "vitest";
import { compareResourceVersions } from "./resource-version.ts";

test.each<[string, string, -1 | 0 | 1 | "unknown"]>([
  ["1", "2", -1],
  ["10", "9", 1],
  ["99", "100", -1],
  ["7", "7", 0],
  ["18446744073709551616", "18446744073709551615", 1],
  ["", "1", "unknown"],
  ["0", "1", "unknown"],
  ["01", "1", "unknown"],
  ["-1", "1", "unknown"],
  ["1", "1a", "unknown"],
  ["etcd-1", "etcd-1", "unknown"],
  ["1", " 1", "unknown"],
  ["1", "1\n", "unknown"],
  ["1", "١", "unknown"],
])("%j against %j is %j", (a, b, order) => {
  expect(compareResourceVersions(a, b)).toBe(order);
});

test("numbers of any length are in the order of numbers", () => {
  const number = fc.bigInt({ min: 1n, max: 10n ** 30n });
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(compareResourceVersions(`${a}`, `${b}`)).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
