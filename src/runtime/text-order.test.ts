import { expect, test } from "vitest";
import { compareText } from "./text-order.ts";

test("texts are in the order of their code units, equal ones level", () => {
  expect(["b", "a-1", "a", "B", "ä", "a"].toSorted(compareText)).toEqual(["B", "a", "a", "a-1", "b", "ä"]);
  expect(compareText("a", "a")).toBe(0);
});
