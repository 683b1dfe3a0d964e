import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetView, clusterView, type GivenView, owner, podView, someTime } from "../../test/support/cluster-view.ts";
import { planRequest } from "../../test/support/plan-request.ts";
import type { PodView } from "../cluster/view/cluster-view.ts";
import type { BudgetSpec } from "../kube/budget.ts";
import type { Fixes } from "../plan/fix.ts";
import { fixesOf } from "./fixes.ts";

function withoutController(pod: PodView): PodView {
  const { controller: _, ...bare } = pod;
  return bare;
}

const selector = { matchLabels: { app: "web" } };

function podsOf(count: number, given: Partial<PodView> = {}): PodView[] {
  const times = { scheduledAt: someTime - 600_000, readyAt: someTime - 590_000 };
  return Array.from({ length: count }, (_, i) => podView({ name: `p${i}`, ...times, ...given }));
}

const budget = (spec: BudgetSpec, of: number, needs: number, has = of, name = "web") =>
  budgetView({
    name,
    spec: { selector, ...spec },
    status: { expectedPods: of, desiredHealthy: needs, currentHealthy: has, disruptionsAllowed: Math.max(0, has - needs) },
  });

const of = (given: GivenView): Fixes => fixesOf(clusterView(given), planRequest(), { parallel: 1 });
const told = ({ fixes }: Fixes) => fixes.map(({ reason, change }) => [reason, change]);

describe("budgets that can never allow one to go", () => {
  test.each<{ what: string; spec: BudgetSpec; pods: number; change: object }>([
    { what: "one fewer than there are", spec: { minAvailable: 3 }, pods: 3, change: { minAvailable: 2 } },
    { what: "of a single pod: one may be away", spec: { minAvailable: 1 }, pods: 1, change: { minAvailable: null, maxUnavailable: 1 } },
    { what: "of a share: one may be away", spec: { minAvailable: "100%" }, pods: 4, change: { minAvailable: null, maxUnavailable: 1 } },
    { what: "none may be away: one may", spec: { maxUnavailable: 0 }, pods: 2, change: { maxUnavailable: 1 } },
  ])("$what", ({ spec, pods, change }) => {
    const found = of({ pods: podsOf(pods), budgets: [budget(spec, pods, pods)] });
    expect(told(found)).toEqual([["never-allows", change]]);
    expect(found.stuck).toEqual({ before: pods, after: 0 });
    expect(found.fixes[0]?.frees).toBe(pods);
    expect(found.together.likely).toBeGreaterThan(1_000);
  });

  test("of a pod that nothing manages no share can be counted: a number is asked for", () => {
    const pods = podsOf(1).map(withoutController);
    expect(told(of({ pods, budgets: [budget({ minAvailable: 1 }, 1, 1)] }))).toEqual([["never-allows", { minAvailable: 0 }]]);
  });
});

describe("budgets that set the pace", () => {
  test("allow twice as many, in the form that they have, and say what that saves", () => {
    const pods = podsOf(8);
    const found = of({ pods, budgets: [budget({ maxUnavailable: 1 }, 8, 7)] });
    expect(told(found)).toEqual([["sets-the-pace", { maxUnavailable: 2 }]]);
    const [fix] = found.fixes;
    // 7 rounds of 10 s against 3.
    expect((fix?.own.before.likely ?? 0) - (fix?.own.after.likely ?? 0)).toBeGreaterThan(38_000);
    expect(found.together).toEqual(fix?.after);
    expect(told(of({ pods, budgets: [budget({ minAvailable: 7 }, 8, 7)] }))).toEqual([["sets-the-pace", { minAvailable: 6 }]]);
    expect(told(of({ pods, budgets: [budget({ minAvailable: "75%" }, 8, 6)] }))).toEqual([["sets-the-pace", { minAvailable: "50%" }]]);
  });

  test("are left as they are where that saves nothing worth a review, or would take more than half", () => {
    expect(told(of({ pods: podsOf(2), budgets: [budget({ maxUnavailable: 1 }, 2, 1)] }))).toEqual([]);
    const quick = { scheduledAt: someTime - 1_000, readyAt: someTime - 1_000 };
    expect(told(of({ pods: podsOf(3, quick), budgets: [budget({ maxUnavailable: 1 }, 9, 8)] }))).toEqual([]);
  });
});

test("pods that are not Ready and wait for others are let go by the policy", () => {
  const pods = podsOf(2, { ready: false });
  const found = of({ pods, budgets: [budget({ maxUnavailable: 1 }, 4, 3, 2)] });
  expect(told(found)).toContainEqual(["not-ready-waits", { unhealthyPodEvictionPolicy: "AlwaysAllow" }]);
  const already = { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" as const };
  expect(told(of({ pods, budgets: [budget(already, 4, 3, 2)] })).map(([reason]) => reason)).not.toContain("not-ready-waits");
});

describe("two budgets over one pod", () => {
  const labels = { app: "web", team: "a" };
  const narrow = budgetView({ name: "team", spec: { selector: { matchLabels: labels }, maxUnavailable: 1 }, status: { expectedPods: 2 } });

  test("the wider leaves out what the narrower has beyond it", () => {
    const found = of({ pods: podsOf(1, { labels }), budgets: [budget({ maxUnavailable: 1 }, 5, 4), narrow] });
    const expressions = { selector: { matchExpressions: [{ key: "team", operator: "NotIn", values: ["a"] }] } };
    expect(told(found)).toEqual([["two-budgets", expressions]]);
    expect(found.fixes[0]).toMatchObject({ frees: 1, other: "team", budget: { metadata: { name: "web" } } });
  });

  test("nothing is proposed that would leave other pods without any budget, or says nothing of the two", () => {
    const both = { ...labels, tier: "x" };
    const narrower = budgetView({ name: "team", spec: { selector: { matchLabels: both }, maxUnavailable: 1 } });
    expect(told(of({ pods: podsOf(1, { labels: both }), budgets: [budget({ maxUnavailable: 1 }, 5, 4), narrower] }))).toEqual([]);
    const same = budget({ maxUnavailable: 1 }, 5, 4, 5, "same");
    expect(told(of({ pods: podsOf(1), budgets: [budget({ maxUnavailable: 1 }, 5, 4), same] }))).toEqual([]);
  });
});

test("no proposal ever makes a drain longer or leaves more behind, alone or with all others", () => {
  const app = fc.record({ pods: fc.integer({ min: 1, max: 6 }), elsewhere: fc.nat(6), away: fc.nat(3), unready: fc.boolean() });
  fc.assert(
    fc.property(fc.array(app, { minLength: 1, maxLength: 3 }), (apps) => {
      const pods = apps.flatMap(({ pods: count, unready }, i) =>
        podsOf(count, { labels: { app: `a${i}` }, controller: owner("ReplicaSet", `a${i}`), ready: !unready }).map((pod) => ({
          ...pod,
          uid: `${i}-${pod.uid}`,
        })),
      );
      const budgets = apps.map(({ pods: count, elsewhere, away }, i) => {
        const all = count + elsewhere;
        const spec = { selector: { matchLabels: { app: `a${i}` } }, maxUnavailable: away };
        return budget(spec, all, Math.max(0, all - away), all, `a${i}`);
      });
      const found = of({ pods, budgets });
      expect(found.stuck.after).toBeLessThanOrEqual(found.stuck.before);
      for (const fix of found.fixes) {
        if (fix.frees === 0) expect(fix.after.likely).toBeLessThanOrEqual(found.before.likely);
      }
      if (found.stuck.before === 0) expect(found.together.likely).toBeLessThanOrEqual(found.before.likely);
    }),
  );
});
