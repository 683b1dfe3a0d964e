import { describe, expect, test } from "vitest";
import { chaosRun } from "../support/operator-chaos.ts";

describe("an operator among faults, deaths, and people who meddle", () => {
  test.each(Array.from({ length: 40 }, (_, i) => `chaos/${i}`))("%s: no invariant is broken, and every node comes back", async (seed) => {
    expect(await chaosRun(seed)).toEqual([]);
  });
});
