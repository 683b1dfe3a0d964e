import { describe, expect, test } from "vitest";
import type { Budget, BudgetSpec } from "./budget.ts";
import { changedBudget, type SpecChange, undoOf } from "./budget-change.ts";

const selector = { matchLabels: { app: "web" } };
const budget = (spec: BudgetSpec, healthy = 10): Budget => ({
  metadata: { name: "web", namespace: "shop", uid: "u", resourceVersion: "1", generation: 1 },
  spec: { selector, ...spec },
  status: { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: healthy, desiredHealthy: 10, expectedPods: 10 },
});

describe("a budget after a change of its spec", () => {
  test.each<{ what: string; spec: BudgetSpec; change: SpecChange; allowed: number; expected: BudgetSpec }>([
    {
      what: "one fewer needed",
      spec: { minAvailable: 10 },
      change: { minAvailable: 9 },
      allowed: 1,
      expected: { selector, minAvailable: 9 },
    },
    {
      what: "a share instead of a number",
      spec: { minAvailable: 10 },
      change: { minAvailable: null, maxUnavailable: "25%" },
      allowed: 3,
      expected: { selector, maxUnavailable: "25%" },
    },
    {
      what: "a policy, which changes no number",
      spec: { minAvailable: 10 },
      change: { unhealthyPodEvictionPolicy: "AlwaysAllow" },
      allowed: 0,
      expected: { selector, minAvailable: 10, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    },
    {
      what: "a narrower selector",
      spec: { minAvailable: 10 },
      change: { selector: { matchExpressions: [{ key: "team", operator: "NotIn", values: ["a"] }] } },
      allowed: 0,
      expected: { minAvailable: 10, selector: { ...selector, matchExpressions: [{ key: "team", operator: "NotIn", values: ["a"] }] } },
    },
  ])("$what", ({ spec, change, allowed, expected }) => {
    const before = budget(spec);
    const after = changedBudget(before, change);
    expect(after.spec).toEqual(expected);
    expect(after.status?.disruptionsAllowed).toBe(allowed);
    const back = changedBudget(after, undoOf(before, change)).spec;
    expect({ ...back, selector: { matchLabels: back.selector?.matchLabels } }).toEqual(before.spec);
  });

  test("never allows more than are healthy beyond those that must be", () => {
    expect(changedBudget(budget({ minAvailable: 10 }, 7), { minAvailable: 6 }).status?.disruptionsAllowed).toBe(1);
    expect(changedBudget(budget({ minAvailable: 10 }, 5), { minAvailable: 6 }).status?.disruptionsAllowed).toBe(0);
  });
});
