import { expect, test } from "vitest";
import { budgetView, clusterView, podView, someTime } from "../../test/support/cluster-view.ts";
import { planRequest } from "../../test/support/plan-request.ts";
import { ScriptedApi } from "../../test/support/scripted-api.ts";
import { drain } from "../crafts/drain/drain.ts";
import { composePlan } from "../plan/compose.ts";
import type { Craft } from "../plan/craft.ts";
import type { Plan } from "../plan/plan.ts";
import { seededRandom } from "../runtime/random.ts";
import { createVirtualClock } from "../runtime/virtual-clock.ts";
import { type Standing, standingsOf } from "./standings.ts";

const crafts = [drain as Craft];

function standings(
  given: Parameters<typeof clusterView>[0],
  change: (plan: Plan) => Plan = (plan) => plan,
): { readonly api: ScriptedApi; readonly found: readonly Standing[] } {
  const api = new ScriptedApi();
  const view = clusterView(given);
  const holder = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" } as const;
  const options = {
    api,
    clock: createVirtualClock(someTime),
    random: seededRandom("s"),
    crafts,
    allowed: new Set<never>(),
    holder,
    signal: new AbortController().signal,
  };
  return { api, found: standingsOf(change(composePlan(crafts, view, planRequest())), view, options) };
}

const codes = (found: readonly Standing[]): readonly (readonly string[])[] => found.map(({ blockers }) => blockers.map(({ code }) => code));

test("the gates of the act answer, and nothing is asked of the server", () => {
  const budgets = [budgetView({ name: "web", status: { disruptionsAllowed: 0, currentHealthy: 2 } })];
  const { api, found } = standings({ pods: [podView({ name: "a" }), podView({ name: "b", labels: {} })], budgets });
  expect(codes(found)).toEqual([["budget-exhausted"], []]);
  expect([api.evictions, api.patches]).toEqual([[], []]);
});

test("a consent that is missing is told beside what stands behind it", () => {
  const budgets = [budgetView({ name: "web", status: { disruptionsAllowed: 0, currentHealthy: 2 } })];
  const { found } = standings({ pods: [podView({ name: "a", emptyDirs: ["tmp"] })], budgets });
  expect(found).toMatchObject([{ missing: ["emptydir"], blockers: [{ code: "budget-exhausted" }] }]);
});

test("whoever comes later waits for its turn first", () => {
  const later = (plan: Plan): Plan => ({
    ...plan,
    nodes: plan.nodes.map((node) => ({
      ...node,
      steps: node.steps.map((step) => (step.subject.name === "b" ? { ...step, wave: 1 } : step)),
    })),
  });
  const { found } = standings({ pods: [podView({ name: "a", labels: {} }), podView({ name: "b", labels: {} })] }, later);
  expect(codes(found)).toEqual([[], ["earlier-wave"]]);
  expect(found[1]?.blockers[0]?.args).toMatchObject({ pods: 1 });
});
