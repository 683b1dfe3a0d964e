import { describe, expect, test } from "vitest";
import type { Budget, BudgetSpec, BudgetStatus } from "./budget.ts";
import { canEverAllow } from "./budget-arithmetic.ts";

function budget(spec: BudgetSpec, status?: BudgetStatus): Budget {
  return {
    metadata: { name: "web", namespace: "shop", uid: "b", resourceVersion: "1", generation: 3 },
    spec,
    ...(status === undefined ? {} : { status }),
  };
}

describe("can it ever allow one", () => {
  const seen = (part: Partial<BudgetStatus>): BudgetStatus => ({
    observedGeneration: 3,
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...part,
  });
  const failed = seen({
    conditions: [{ type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message: "no scale" }],
    expectedPods: 3,
  });
  test.each<[string, BudgetSpec, BudgetStatus | undefined, number | undefined, boolean | "unknown"]>([
    [
      "it allows one now",
      { maxUnavailable: 1 },
      seen({ disruptionsAllowed: 1, expectedPods: 3, desiredHealthy: 2, currentHealthy: 3 }),
      undefined,
      true,
    ],
    [
      "it will, once all are healthy",
      { maxUnavailable: 1 },
      seen({ expectedPods: 3, desiredHealthy: 2, currentHealthy: 1 }),
      undefined,
      true,
    ],
    [
      "a single replica under minAvailable 1",
      { minAvailable: 1 },
      seen({ expectedPods: 1, desiredHealthy: 1, currentHealthy: 1 }),
      undefined,
      false,
    ],
    [
      "a single replica under minAvailable 50%",
      { minAvailable: "50%" },
      seen({ expectedPods: 1, desiredHealthy: 1, currentHealthy: 1 }),
      undefined,
      false,
    ],
    [
      "minAvailable above the scale",
      { minAvailable: 5 },
      seen({ expectedPods: 3, desiredHealthy: 5, currentHealthy: 3 }),
      undefined,
      false,
    ],
    ["nothing to count", { maxUnavailable: 1 }, seen({}), undefined, false],
    ["maxUnavailable 0 needs no status", { maxUnavailable: 0 }, undefined, undefined, false],
    ["maxUnavailable 0%", { maxUnavailable: "0%" }, undefined, undefined, false],
    ["minAvailable 100%", { minAvailable: "100%" }, undefined, undefined, false],
    ["neither field", {}, undefined, undefined, false],
    ["no status", { maxUnavailable: 1 }, undefined, undefined, "unknown"],
    [
      "a status behind",
      { maxUnavailable: 1 },
      seen({ observedGeneration: 2, disruptionsAllowed: 1, expectedPods: 3 }),
      undefined,
      "unknown",
    ],
    ["it cannot count", { maxUnavailable: 1 }, failed, undefined, "unknown"],
    [
      "a known scale decides where the last count is older",
      { minAvailable: 2 },
      seen({ expectedPods: 2, desiredHealthy: 2, currentHealthy: 2 }),
      3,
      true,
    ],
    [
      "a percentage follows a known scale",
      { minAvailable: "50%" },
      seen({ expectedPods: 1, desiredHealthy: 1, currentHealthy: 1 }),
      2,
      true,
    ],
    ["and down", { minAvailable: 2 }, seen({ expectedPods: 3, desiredHealthy: 2, currentHealthy: 2 }), 2, false],
  ])("%s", (_name, spec, status, scale, expected) => {
    expect(canEverAllow(budget(spec, status), scale)).toBe(expected);
  });
});
