import fc from "fast-check";
import { expect, test } from "vitest";
import { addQuantities, compareQuantities, formatQuantity, parseQuantity } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";

function read(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`no quantity: ${text}`);
  return quantity;
}

test.each([
  ["0", "0"],
  ["0Gi", "0"],
  ["-0", "0"],
  ["1", "1"],
  ["+5", "5"],
  ["007", "7"],
  ["1.", "1"],
  [".5", "500m"],
  ["1.5", "1500m"],
  ["100m", "100m"],
  ["1000m", "1"],
  ["1500", "1500"],
  ["15000", "15k"],
  ["2000000", "2M"],
  ["1.5Gi", "1536Mi"],
  ["1024Ki", "1Mi"],
  ["1025Ki", "1025Ki"],
  ["512Ki", "512Ki"],
  ["1Ki", "1Ki"],
  ["0.5Ki", "512"],
  ["1.1Ki", "1126400m"],
  ["0.0001Ki", "102400u"],
  ["8Ei", "9223372036854775807"],
  ["7Ei", "7Ei"],
  ["12e6", "12e6"],
  ["1e5", "100e3"],
  ["1E3", "1e3"],
  ["2E", "2E"],
  ["5e0", "5"],
  ["1e-3", "1e-3"],
  ["0.1m", "100u"],
  ["1n", "1n"],
  ["0.1n", "1n"],
  ["1e-30", "1e-9"],
  ["-1.5", "-1500m"],
  ["-0.1n", "-1n"],
  ["-3Mi", "-3Mi"],
  ["18446744073709551616", "18446744073709551616"],
])("%s is %s", (text, canonical) => {
  expect(formatQuantity(read(text))).toBe(canonical);
});

test.each([
  "",
  " 1",
  "1 ",
  "-",
  ".",
  "Ki",
  "1K",
  "1ki",
  "1KI",
  "1e",
  "1ee2",
  "1e+",
  "1e1.5",
  "1Mi5",
  "1i",
  "0x10",
  "1,5",
  "1_000",
  "NaN",
  "1e999999999",
  "--1",
  "constructor",
])("%j is no quantity", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test.each<[string, string, -1 | 0 | 1]>([
  ["1", "1000m", 0],
  ["1Gi", "1G", 1],
  ["1Gi", "1073741824", 0],
  ["0.1", "100m", 0],
  ["-1", "0", -1],
  ["9007199254740993", "9007199254740992", 1],
])("%s against %s is %d", (a, b, order) => {
  expect(compareQuantities(read(a), read(b))).toBe(order);
});

test.each([
  ["100m", "900m", "1"],
  ["1Gi", "1G", "2073741824"],
  ["1Gi", "1Gi", "2Gi"],
  ["0", "1Gi", "1Gi"],
  ["1Gi", "0", "1Gi"],
  ["1e3", "1", "1001"],
  ["0.1", "0.2", "300m"],
])("%s and %s are %s", (a, b, sum) => {
  expect(formatQuantity(addQuantities(read(a), read(b)))).toBe(sum);
});

const suffix = fc.constantFrom("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e2", "e-3");
const quantities = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.option(fc.nat({ max: 999 }), { nil: undefined }), suffix)
  .map(([whole, fraction, unit]) => `${whole}${fraction === undefined ? "" : `.${fraction}`}${unit}`);

test("the canonical form is the same quantity, and its own canonical form", () => {
  fc.assert(
    fc.property(quantities, (text) => {
      const canonical = formatQuantity(read(text));
      expect(compareQuantities(read(canonical), read(text))).toBe(0);
      expect(formatQuantity(read(canonical))).toBe(canonical);
      expect(canonical).not.toContain(".");
    }),
  );
});

test("sums are exact: commutative, associative, and in the order of their parts", () => {
  fc.assert(
    fc.property(quantities, quantities, quantities, (x, y, z) => {
      const [a, b, c] = [read(x), read(y), read(z)];
      expect(addQuantities(a, b).nano).toBe(addQuantities(b, a).nano);
      expect(addQuantities(addQuantities(a, b), c).nano).toBe(addQuantities(a, addQuantities(b, c)).nano);
      expect(compareQuantities(addQuantities(a, c), addQuantities(b, c))).toBe(compareQuantities(a, b));
    }),
  );
});
