import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterView, nodeView } from "../../test/support/cluster-view.ts";
import { planRequest } from "../../test/support/plan-request.ts";
import { composePlan } from "./compose.ts";
import type { Craft } from "./craft.ts";
import { missingConsents, refusals } from "./judge.ts";
import type { Action, Stage, Step } from "./step.ts";

type Claim = Step["claim"];

function step(given: Partial<Step> & { readonly craft: string; readonly pod: string }): Step {
  const { craft, pod, stage = "evacuate", ...rest } = given;
  return {
    id: `${craft}/${stage}/${pod}`,
    craft,
    node: "n",
    stage,
    subject: { kind: "Pod", namespace: "web", name: pod, uid: pod },
    action: "evict",
    claim: "default",
    wave: 0,
    rank: 0,
    after: [],
    budgets: [],
    consents: [],
    reason: { code: "managed", args: {}, evidence: [] },
    ...rest,
  };
}

const craft = (name: string, ...steps: readonly Step[]): Craft => ({
  name,
  plan: () => ({ steps, findings: [] }),
  advance: () => ({ kind: "wait", blockers: [] }),
});
const compose = (crafts: readonly Craft[]) => composePlan(crafts, clusterView(), planRequest());
const stepsOf = (crafts: readonly Craft[]) => compose(crafts).nodes[0]?.steps ?? [];
const claimed = (name: string, claim: Claim, action: Action = "evict") => craft(name, step({ craft: name, pod: "a", claim, action }));

describe("claims on one pod", () => {
  test.each([
    { what: "an owner replaces a default", claims: ["default", "owner"], winner: "owner" },
    { what: "a veto replaces a default", claims: ["default", "veto"], winner: "veto" },
    { what: "a veto replaces an owner", claims: ["owner", "veto"], winner: "veto" },
    { what: "a veto replaces both", claims: ["default", "owner", "veto"], winner: "veto" },
  ] as const)("$what, in whatever order they come", ({ claims, winner }) => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...claims], { minLength: claims.length }), (order) => {
        const steps = stepsOf(order.map((claim) => claimed(claim, claim)));
        expect(steps.map((each) => each.claim)).toEqual([winner]);
      }),
    );
  });

  test("two owners are fatal, and both are named", () => {
    const plan = compose([claimed("one", "owner"), claimed("two", "owner")]);
    expect(plan.findings).toMatchObject([{ code: "contested", severity: "fatal", args: { crafts: ["one", "two"] } }]);
    expect(refusals(plan, new Set())).toHaveLength(1);
  });

  test("of one subject in two stages both stay: they are no rivals", () => {
    const both = craft("one", step({ craft: "one", pod: "a", stage: "prepare" }), step({ craft: "one", pod: "a" }));
    expect(stepsOf([both]).map((each) => each.stage)).toEqual(["prepare", "evacuate"]);
  });

  test("leave exactly one step for each pod and stage", () => {
    const arbitrary = fc.record({
      pod: fc.constantFrom("a", "b", "c"),
      craft: fc.constantFrom("one", "two"),
      claim: fc.constantFrom<Claim>("default", "owner", "veto"),
      stage: fc.constantFrom<Stage>("prepare", "evacuate", "verify"),
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), (given) => {
        const steps = stepsOf([craft("all", ...given.map(step))]);
        const keys = steps.map((each) => `${each.stage} ${each.subject.uid}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(keys)).toEqual(new Set(given.map((each) => `${each.stage} ${each.pod}`)));
      }),
    );
  });
});

test("the order is stage, wave, rank, namespace and name, whatever order the steps came in", () => {
  const all = [
    step({ craft: "one", pod: "z", stage: "cordon" }),
    step({ craft: "one", pod: "b" }),
    step({ craft: "one", pod: "c" }),
    step({ craft: "one", pod: "a", rank: 1 }),
    step({ craft: "one", pod: "0", wave: 1 }),
    step({ craft: "one", pod: "y", stage: "verify" }),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      expect(stepsOf([craft("one", ...shuffled)])).toEqual(all);
    }),
  );
});

describe("the hash", () => {
  const base = step({ craft: "one", pod: "a", reason: { code: "managed", args: { owner: "x" }, evidence: [] } });
  const hashOf = (given: Step) => compose([craft("one", given)]).hash;

  test.each([
    { what: "evidence", given: { reason: { ...base.reason, evidence: [{ object: { kind: "Pod", name: "a" }, field: "f", value: "v" }] } } },
    { what: "a prediction", given: { predicted: { low: 1, likely: 2, high: 3 } } },
  ])("does not cover $what", ({ given }) => {
    expect(hashOf({ ...base, ...given })).toBe(hashOf(base));
  });

  test.each([
    { what: "the action", given: { action: "ask" as const } },
    { what: "the wave", given: { wave: 1 } },
    { what: "the code", given: { reason: { ...base.reason, code: "unmanaged" } } },
    { what: "the arguments", given: { reason: { ...base.reason, args: { owner: "y" } } } },
    { what: "what it needs consent for", given: { consents: ["emptydir" as const] } },
  ])("covers $what", ({ given }) => {
    expect(hashOf({ ...base, ...given })).not.toBe(hashOf(base));
  });
});

test("consents given are no part of the plan: judging it changes nothing of it", () => {
  const plan = compose([craft("one", step({ craft: "one", pod: "a", consents: ["emptydir", "unmanaged"] }))]);
  const [only] = plan.nodes[0]?.steps ?? [];
  expect(only === undefined ? [] : missingConsents(only, new Set(["unmanaged"]))).toEqual(["emptydir"]);
  expect(refusals(plan, new Set(["unmanaged"]))).toMatchObject([{ kind: "consent", missing: ["emptydir"] }]);
  expect(refusals(plan, new Set(["unmanaged", "emptydir"]))).toEqual([]);
  expect(compose([craft("one", ...(plan.nodes[0]?.steps ?? []))]).hash).toBe(plan.hash);
});

test("a node's time is that of its slowest pod; a node without pods takes none", () => {
  const range = (likely: number) => ({ low: likely - 1, likely, high: likely + 1 });
  const view = clusterView({ nodes: [nodeView(), nodeView({ name: "m" })] });
  const slow = craft("one", step({ craft: "one", pod: "a", predicted: range(10) }), step({ craft: "one", pod: "b", predicted: range(30) }));
  const { nodes } = composePlan([slow], view, planRequest({ nodes: ["n", "m"] }));
  expect(nodes.map((node) => node.predicted)).toEqual([range(30), { low: 0, likely: 0, high: 0 }]);
});
