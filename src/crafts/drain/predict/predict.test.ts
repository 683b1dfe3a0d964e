import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetView, clusterView, type GivenView, nodeView, owner, podView, someTime } from "../../../../test/support/cluster-view.ts";
import { planRequest } from "../../../../test/support/plan-request.ts";
import type { PodView } from "../../../cluster/view/cluster-view.ts";
import { composePlan } from "../../../plan/compose.ts";
import type { Craft } from "../../../plan/craft.ts";
import type { Plan } from "../../../plan/plan.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Range } from "../../../plan/step.ts";
import { drain } from "../drain.ts";

const second = 1_000;

/** Pods of one workload that took so long to start and say how long they take to end. */
function podsOf(count: number, given: { readonly start: number; readonly end: number } & Partial<Omit<PodView, "name">>): PodView[] {
  const { start, end, ...rest } = given;
  const times = { scheduledAt: someTime - 600_000, readyAt: someTime - 600_000 + start * second };
  return Array.from({ length: count }, (_, i) =>
    podView({ name: `p${i}`, terminationGraceSeconds: end, preStopSeconds: end, ...times, ...rest }),
  );
}

function withoutController(pod: PodView): PodView {
  const { controller: _, ...bare } = pod;
  return bare;
}

function withoutHook(pod: PodView): PodView {
  const { preStopSeconds: _, ...silent } = pod;
  return silent;
}

const allowing = (allowed: number, of: number, more: Partial<Parameters<typeof budgetView>[0]> = {}) =>
  budgetView({
    name: "web",
    ...more,
    status: { disruptionsAllowed: allowed, currentHealthy: of, desiredHealthy: of - allowed, expectedPods: of, ...more.status },
  });

const planOf = (given: GivenView, request: Partial<PlanRequest> = {}, parallel = 1): Plan =>
  composePlan([drain as Craft], clusterView(given), planRequest(request), { parallel });
const likely = ({ nodes }: Plan): number => Math.round((nodes.at(-1)?.predicted.likely ?? Number.NaN) / second);

describe("the lower bounds of a drain (R start, G end, a disruptions at once)", () => {
  test.each([
    { what: "N=10, a=1, R=3, G=2: nine rounds of R and one G", pods: 10, allowed: 1, start: 3, end: 2, seconds: 29 },
    { what: "N=10, a=1, R=6, G=5", pods: 10, allowed: 1, start: 6, end: 5, seconds: 59 },
    { what: "N=10, a=1, R=20, G=30: G overlaps R", pods: 10, allowed: 1, start: 20, end: 30, seconds: 210 },
    { what: "N=40, a=10, R=3, G=2: three rounds", pods: 40, allowed: 10, start: 3, end: 2, seconds: 11 },
    { what: "N=7, a=3, R=10, G=1: two rounds", pods: 7, allowed: 3, start: 10, end: 1, seconds: 21 },
    { what: "N=1: G alone", pods: 1, allowed: 1, start: 60, end: 5, seconds: 5 },
  ])("$what", ({ pods, allowed, start, end, seconds }) => {
    const plan = planOf({ pods: podsOf(pods, { start, end }), budgets: [allowing(allowed, pods)] });
    expect(likely(plan)).toBeGreaterThanOrEqual(seconds);
    expect(likely(plan)).toBeLessThanOrEqual(Math.ceil(seconds * 1.06) + 1);
    expect(plan.budgets[0]?.predicted).toEqual(plan.nodes[0]?.predicted);
  });

  test("without a budget all go at once", () => {
    expect(likely(planOf({ pods: podsOf(30, { start: 9, end: 30 }) }))).toBe(30);
  });

  test("of a StatefulSet each round takes G and R, and V where it has volumes", () => {
    const sets = (claims: readonly string[]) => podsOf(3, { start: 20, end: 30, claims, controller: owner("StatefulSet", "db") });
    const budgets = [allowing(1, 3)];
    expect(likely(planOf({ pods: sets([]), budgets }))).toBe(130);
    expect(likely(planOf({ pods: sets(["data"]), budgets }))).toBe(136);
  });

  test("a pod that nobody manages gives its budget nothing back: the next has no end in sight", () => {
    const pods = podsOf(2, { start: 1, end: 1 }).map(withoutController);
    expect(planOf({ pods, budgets: [allowing(1, 2)] }).nodes[0]?.predicted.likely).toBe(Number.POSITIVE_INFINITY);
  });

  test("two budgets are waited for side by side", () => {
    const [a, b] = ["a", "b"].map((app) => ({
      pods: podsOf(app === "a" ? 4 : 6, { start: 5, end: 1, labels: { app }, controller: owner("ReplicaSet", app) }).map((pod) => ({
        ...pod,
        uid: `${app}-${pod.uid}`,
      })),
      budget: allowing(1, 6, { name: app, spec: { selector: { matchLabels: { app } }, maxUnavailable: 1 } }),
    }));
    const plan = planOf({ pods: [...(a?.pods ?? []), ...(b?.pods ?? [])], budgets: [a, b].flatMap((one) => one?.budget ?? []) });
    expect(likely(plan)).toBe(27);
  });
});

describe("several nodes", () => {
  const nodes = ["n", "m", "o"].map((name) => nodeView({ name }));
  const fleet = ["n", "m", "o"].flatMap((node) =>
    podsOf(4, { start: 3, end: 2, node }).map((pod) => ({ ...pod, uid: `${node}-${pod.uid}` })),
  );
  const asked = { nodes: ["n", "m", "o"] };

  test("one after another under one budget take what all rounds take, and G for each", () => {
    const plan = planOf({ nodes, pods: fleet, budgets: [allowing(1, 12)] }, asked);
    expect(likely(plan)).toBeGreaterThanOrEqual(35);
    expect(likely(plan)).toBeLessThanOrEqual(37);
    expect(plan.predicted.likely).toBeGreaterThanOrEqual(plan.nodes.at(-1)?.predicted.likely ?? Number.NaN);
  });

  test("side by side without a budget take as long as one", () => {
    expect(likely(planOf({ nodes, pods: fleet }, asked))).toBe(6);
    expect(likely(planOf({ nodes, pods: fleet }, asked, 3))).toBe(2);
  });

  test("side by side are no faster where all wait for one budget, but for the G between", () => {
    expect(likely(planOf({ nodes, pods: fleet, budgets: [allowing(1, 12)] }, asked, 3))).toBe(37);
  });
});

describe("what is left under way", () => {
  const budgets = [allowing(1, 4, { status: { disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3, expectedPods: 4 } })];
  const rest = podsOf(3, { start: 10, end: 4 });

  test("counts what the last eviction has waited already", () => {
    const going = {
      ...(rest[0] ?? podView({ name: "x" })),
      uid: "going",
      name: "going",
      deletionTimestamp: someTime - 2_000,
      deletionGraceSeconds: 4,
    };
    // Asked 6 s ago: 4 s of R are left, then two more rounds and G.
    const plan = planOf({
      nodes: [nodeView({ unschedulable: true })],
      pods: rest,
      gone: [{ pod: going, nodeReady: true, at: someTime - 1_900 }],
      budgets,
    });
    expect(likely(plan)).toBe(28);
  });

  test("learns from pods seen ending how long others of the workload will take", () => {
    const slow = podsOf(3, { start: 10, end: 600 }).map(withoutHook);
    const ended = {
      ...(slow[0] ?? podView({ name: "x" })),
      uid: "ended",
      deletionTimestamp: someTime + 580_000,
      deletionGraceSeconds: 600,
    };
    expect(likely(planOf({ pods: slow }))).toBe(2);
    const learned = planOf({ pods: slow, gone: [{ pod: ended, nodeReady: true, at: someTime - 500 }] });
    expect(likely(learned)).toBe(19);
    expect(learned.nodes[0]?.predicted.high).toBeLessThan(60_000);
  });

  test("learns from pods that started elsewhere", () => {
    const pods = podsOf(5, { start: 1, end: 1 });
    const peer = (i: number) => ({
      ...{
        uid: `peer${i}`,
        namespace: "web",
        name: `peer${i}`,
        controller: owner("ReplicaSet", "web").uid,
        phase: "Running" as const,
        ready: true,
      },
      scheduledAt: someTime - 100_000 + i * 7_000,
      readyAt: someTime - 60_000 + i * 7_000,
    });
    const peers = { [owner("ReplicaSet", "web").uid]: Array.from({ length: 8 }, (_, i) => peer(i)) };
    expect(likely(planOf({ pods, budgets: [allowing(1, 5)] }))).toBe(6);
    expect(likely(planOf({ pods, budgets: [allowing(1, 5)], peers }))).toBe(162);
  });

  test("of a pod that terminates is the rest of its grace period", () => {
    const pods = [podView({ name: "a", preStopSeconds: 30, deletionTimestamp: someTime + 12_000, deletionGraceSeconds: 30 })];
    expect(likely(planOf({ pods }))).toBe(12);
  });

  test("of a pod past its own deadline nobody can tell", () => {
    const pods = [podView({ name: "a", deletionTimestamp: someTime - 60_000, deletionGraceSeconds: 30 })];
    expect(planOf({ pods }).nodes[0]?.predicted.high).toBeGreaterThanOrEqual(120_000);
  });
});

describe("pods that are not Ready", () => {
  const unready = podsOf(3, { start: 10, end: 2, ready: false });

  test("cost their budget nothing where enough others are healthy", () => {
    const budgets = [allowing(1, 9, { status: { disruptionsAllowed: 0, currentHealthy: 6, desiredHealthy: 6, expectedPods: 9 } })];
    expect(likely(planOf({ pods: unready, budgets }))).toBe(2);
  });

  test("wait for others to be healthy where they are not, unless the policy lets them go", () => {
    const status = { disruptionsAllowed: 0, currentHealthy: 6, desiredHealthy: 8, expectedPods: 9 };
    const spec = { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 };
    expect(likely(planOf({ pods: unready, budgets: [allowing(1, 9, { spec, status })] }))).toBeGreaterThan(20);
    const policy = { ...spec, unhealthyPodEvictionPolicy: "AlwaysAllow" as const };
    expect(likely(planOf({ pods: unready, budgets: [allowing(1, 9, { spec: policy, status })] }))).toBe(2);
  });
});

describe("what does not wait for ever", () => {
  const pods = podsOf(6, { start: 60, end: 5 });
  const budgets = [allowing(1, 6)];

  test("a deadline ends it: all are gone by then, and their grace fits before it", () => {
    expect(likely(planOf({ pods, budgets }))).toBe(306);
    expect(likely(planOf({ pods, budgets }, { deadline: 100_000 }))).toBe(100);
    expect(likely(planOf({ pods, budgets }, { deadline: 1_000_000 }))).toBe(306);
  });

  test("a deadline moves what no budget would ever let go", () => {
    const never = [allowing(0, 6, { spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 0 } })];
    expect(planOf({ pods, budgets: never }).nodes[0]?.predicted).toEqual({ low: 0, likely: 0, high: 0 });
    expect(likely(planOf({ pods, budgets: never }, { deadline: 100_000 }))).toBe(100);
  });

  test("the taint after evictions ends it, and each pod has its grace from then on", () => {
    expect(likely(planOf({ pods, budgets }, { mode: "EvictThenTaint", taintAfter: 90_000 }))).toBe(95);
  });

  test("a taint asks no budget", () => {
    expect(likely(planOf({ pods, budgets }, { mode: "Taint" }))).toBe(5);
  });
});

test("a wave begins when the former is gone", () => {
  const first = podsOf(2, { start: 1, end: 4 });
  const dns = podsOf(1, { start: 1, end: 3, priority: 2_000_000_000 }).map((pod) => ({ ...pod, uid: "dns", name: "dns" }));
  expect(likely(planOf({ pods: [...first, ...dns] }))).toBe(7);
});

test("where fewer are healthy than may be, what is starting elsewhere is waited for", () => {
  const web = owner("ReplicaSet", "web").uid;
  const starting = { uid: "s", namespace: "web", name: "s", controller: web, node: "m", phase: "Pending" as const, ready: false };
  const status = { disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3, expectedPods: 4 };
  const given = { pods: podsOf(1, { start: 60, end: 2 }), budgets: [allowing(1, 4, { status })] };
  expect(likely(planOf({ ...given, peers: { [web]: [{ ...starting, scheduledAt: someTime - 50_000 }] } }))).toBe(12);
  // Nobody knows what of it is missing, or why.
  expect(planOf(given).nodes[0]?.predicted.high).toBeGreaterThan(300_000);
});

test("a node's verdict comes five seconds after its cordon at the earliest", () => {
  expect(planOf({ pods: podsOf(1, { start: 1, end: 1 }) }).predicted.low).toBeGreaterThanOrEqual(5_000);
  const held = { nodes: [nodeView({ unschedulable: true })], cordonedSince: { n: someTime - 4_000 } };
  expect(planOf({ ...held, pods: podsOf(1, { start: 1, end: 0 }) }).predicted.likely).toBeLessThan(1_500);
});

test("nothing is predicted of pods that stay, and of mode CordonOnly", () => {
  const pods = [podView({ name: "a", mirror: true })];
  expect(planOf({ pods }).nodes[0]?.steps.flatMap(({ predicted }) => predicted ?? [])).toEqual([]);
  expect(planOf({ pods: podsOf(2, { start: 1, end: 1 }) }, { mode: "CordonOnly" }).predicted).toEqual({ low: 0, likely: 0, high: 0 });
});

const isOrdered = ({ low, likely, high }: Range): boolean => low <= likely && likely <= high;

const situation = fc.record({
  pods: fc.array(
    fc.record({ start: fc.nat(90), end: fc.nat(60), app: fc.constantFrom("a", "b"), ready: fc.boolean(), node: fc.constantFrom("n", "m") }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
  allowed: fc.integer({ min: 1, max: 6 }),
  parallel: fc.integer({ min: 1, max: 2 }),
});

function planned(
  { pods, parallel }: { pods: readonly { start: number; end: number; app: string; ready: boolean; node: string }[]; parallel: number },
  allowed: number,
): Plan {
  const views = pods.map(({ start, end, app, ready, node }, i) => ({
    ...(podsOf(1, { start, end, ready, node, labels: { app }, controller: owner("ReplicaSet", app) })[0] ?? podView({ name: "p" })),
    name: `p${i}`,
    uid: `p${i}`,
  }));
  const budgets = ["a", "b"].map((app) =>
    allowing(allowed, 12, { name: app, spec: { selector: { matchLabels: { app } }, maxUnavailable: allowed } }),
  );
  return planOf({ nodes: [nodeView(), nodeView({ name: "m" })], pods: views, budgets }, { nodes: ["n", "m"] }, parallel);
}

test("every range contains what is likely, whatever the situation", () => {
  fc.assert(
    fc.property(situation, (given) => {
      const plan = planned(given, given.allowed);
      const ranges = [
        plan.predicted,
        ...plan.nodes.flatMap(({ predicted, steps }) => [predicted, ...steps.flatMap((step) => step.predicted ?? [])]),
      ];
      expect(ranges.every(isOrdered)).toBe(true);
    }),
  );
});

test("a budget that allows fewer at once never makes a drain shorter", () => {
  fc.assert(
    fc.property(situation, fc.integer({ min: 1, max: 6 }), (given, other) => {
      const [fewer, more] = [Math.min(given.allowed, other), Math.max(given.allowed, other)];
      const [slow, fast] = [planned(given, fewer).predicted, planned(given, more).predicted];
      for (const level of ["low", "likely", "high"] as const) expect(slow[level]).toBeGreaterThanOrEqual(fast[level]);
    }),
  );
});

test("of a pod that is not touched before its time the end follows that time; of one that is only waited for nobody can tell", () => {
  const pod = podView({
    name: "a",
    annotations: { "karpenter.sh/do-not-disrupt": "1h" },
    startedAt: someTime - 1_800_000,
    preStopSeconds: 10,
  });
  const forAWhile = planOf({ pods: [pod] }, { honor: ["karpenter"] });
  expect(likely(forAWhile)).toBeGreaterThanOrEqual(1_800 + 10);
  expect(likely(forAWhile)).toBeLessThan(1_800 + 20);
  expect(planOf({ pods: [pod] }, { rules: [{ action: "wait" }] }).nodes[0]?.predicted.high).toBe(Number.POSITIVE_INFINITY);
});
