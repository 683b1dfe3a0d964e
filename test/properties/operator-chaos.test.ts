import { describe, expect, test } from "vitest";
import { chaosRun } from "../support/operator-chaos.ts";

// More of them: OPERATOR_CHAOS="1000 200" runs 200 seeds from the 1000th on (`npm run soak`).
const [from = 0, count = 200] = (process.env["OPERATOR_CHAOS"] ?? "").split(" ").filter(Boolean).map(Number);

describe("an operator among faults, deaths, and people who meddle", () => {
  test.each(Array.from({ length: count }, (_, i) => `chaos/${from + i}`))(
    "%s: no invariant is broken, and every node comes back",
    async (seed) => {
      expect(await chaosRun(seed)).toEqual([]);
    },
  );
});
