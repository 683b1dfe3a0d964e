import { describe, expect, test } from "vitest";
import { chaosRun } from "../support/operator-chaos.ts";

// More of them: OPERATOR_CHAOS="1000 200" runs 200 seeds from the 1000th on (`npm run soak`).
const [from = 0, count = 200] = (process.env["OPERATOR_CHAOS"] ?? "").split(" ").filter(Boolean).map(Number);

/** Seeds that once failed: what a process that had died still wrote held a node for an object that was over. */
const kept = [1740, 1776, 3249, 3350, 3799, 5304, 7892, 8899, 9177, 9195, 9990, 10_128, 10_988];

describe("an operator among faults, deaths, and people who meddle", () => {
  test.each([...kept, ...Array.from({ length: count }, (_, i) => from + i)].map((seed) => `chaos/${seed}`))(
    "%s: no invariant is broken, and every node comes back",
    async (seed) => {
      expect(await chaosRun(seed)).toEqual([]);
    },
  );
});
