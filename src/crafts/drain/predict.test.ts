import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetView, clusterView, podView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Craft } from "../../plan/craft.ts";
import { drain } from "./drain.ts";
import { startTime, terminationTime, underBudget } from "./predict.ts";

const started = { scheduledAt: someTime - 60_000, readyAt: someTime - 57_000 };

describe("the time of ten pods under a budget that allows one at once", () => {
  const pods = Array.from({ length: 10 }, (_, i) => podView({ name: `p${i}`, terminationGraceSeconds: 2, ...started }));
  const budget = budgetView({ name: "web", status: { disruptionsAllowed: 1, currentHealthy: 10, desiredHealthy: 9, expectedPods: 10 } });
  const plan = composePlan([drain as Craft], clusterView({ pods, budgets: [budget] }), planRequest());

  test("is nine rounds of R + δ and one G: about 29 s for R 3 s and G 2 s", () => {
    const [node] = plan.nodes;
    expect(node?.predicted.likely).toBeGreaterThan(28_000);
    expect(node?.predicted.likely).toBeLessThan(31_000);
    expect(node?.predicted.low).toBeLessThanOrEqual(29_000);
    expect(node?.predicted.high).toBeGreaterThanOrEqual(29_000);
  });

  test("stands with the budget too", () => {
    expect(plan.budgets).toEqual([
      expect.objectContaining({ name: "web", pods: 10, disruptionsAllowed: 1, predicted: plan.nodes[0]?.predicted }),
    ]);
  });
});

describe("a pod's own time", () => {
  const view = clusterView();

  test("never exceeds what its grace period gives, by much", () => {
    const range = terminationTime(podView({ name: "a", terminationGraceSeconds: 30 }), view, undefined);
    expect(range).toEqual({ low: 1_000, likely: 2_000, high: 32_000 });
  });

  test("with grace 0 is at once", () => {
    expect(terminationTime(podView({ name: "a" }), view, 0)).toEqual({ low: 0, likely: 0, high: 2_000 });
  });

  test("of a pod that terminates already is the rest of it, by the server's clock", () => {
    const pod = podView({ name: "a", deletionTimestamp: someTime + 10_000 });
    expect(terminationTime(pod, clusterView({ offset: 9_000 }), undefined)).toEqual({ low: 0, likely: 1_000, high: 3_000 });
  });
});

test("of pods without a time to Ready nothing is claimed but a wide range", () => {
  const range = startTime([podView({ name: "a" }), podView({ name: "b", scheduledAt: 5_000, readyAt: 4_000 })]);
  expect(range.high / range.low).toBeGreaterThan(50);
});

test("every range is in order, and a later place in the queue never leaves earlier", () => {
  const at = fc.record({ scheduledAt: fc.integer({ min: 0, max: 1e6 }), took: fc.integer({ min: 0, max: 1e6 }) });
  fc.assert(
    fc.property(fc.array(at, { maxLength: 5 }), fc.nat(20), fc.nat(5), fc.nat(5), fc.nat(300), (times, position, allowed, away, grace) => {
      const pods = times.map(({ scheduledAt, took }, i) => podView({ name: `p${i}`, scheduledAt, readyAt: scheduledAt + took }));
      const status = { disruptionsAllowed: allowed, currentHealthy: 10, desiredHealthy: 10 - away, expectedPods: 10 };
      const budget = budgetView({ name: "web", status });
      const own = terminationTime(podView({ name: "a", terminationGraceSeconds: grace }), clusterView(), undefined);
      const here = underBudget(position, budget, startTime(pods), own);
      const next = underBudget(position + 1, budget, startTime(pods), own);
      for (const range of [here, next]) {
        expect(range.low).toBeLessThanOrEqual(range.likely);
        expect(range.likely).toBeLessThanOrEqual(range.high);
      }
      expect(next.likely).toBeGreaterThanOrEqual(here.likely);
    }),
  );
});
