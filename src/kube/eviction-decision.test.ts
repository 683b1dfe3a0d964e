import { describe, expect, test } from "vitest";
import type { Budget, BudgetSpec, BudgetStatus } from "./budget.ts";
import { budgetsCovering, decideEviction, evictionCandidate, stillProcessed } from "./eviction-decision.ts";
import type { EvictionCandidate, EvictionDecision } from "./eviction-decision.ts";
import { hasCause } from "./status.ts";
import type { Status } from "./status.ts";

const now = Date.UTC(2026, 2, 1, 12);
const stamp = "2026-03-01T12:00:00Z";

const web: EvictionCandidate = { name: "web-1", namespace: "shop", uid: "u1", labels: { app: "web" }, phase: "Running", ready: true };

const healthy: BudgetStatus = { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 };

function budget(status: Partial<BudgetStatus> | null = {}, spec: BudgetSpec = {}, name = "web"): Budget {
  return {
    metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: "5", generation: 1 },
    spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 2, ...spec },
    ...(status === null ? {} : { status: { ...healthy, ...status } }),
  };
}

function decide(pod: Partial<EvictionCandidate>, ...budgets: readonly Budget[]): EvictionDecision {
  return decideEviction({ pod: { ...web, ...pod }, budgets, now });
}

function refused(decision: EvictionDecision): [string, Status] {
  if (decision.kind !== "refuse") throw new Error(`not refused: ${decision.kind}`);
  return [decision.reason, decision.answer];
}

const closed = budget({ disruptionsAllowed: 0, currentHealthy: 2 });

describe("no budget is asked", () => {
  test.each<[string, Partial<EvictionCandidate>, readonly Budget[], EvictionDecision]>([
    ["a succeeded pod", { phase: "Succeeded", ready: false }, [closed], { kind: "delete", reason: "finished", pinned: false }],
    ["a failed pod", { phase: "Failed", ready: false }, [closed], { kind: "delete", reason: "finished", pinned: false }],
    ["a terminating pod", { deletionTimestamp: stamp }, [closed], { kind: "delete", reason: "deleting", pinned: false }],
    ["a pending pod is pinned", { phase: "Pending", ready: false }, [closed], { kind: "delete", reason: "pending", pinned: true }],
    [
      "a pending pod already terminating is not",
      { phase: "Pending", deletionTimestamp: stamp },
      [closed],
      { kind: "delete", reason: "deleting", pinned: false },
    ],
    [
      "not even by two budgets",
      { phase: "Pending" },
      [closed, budget({}, {}, "other")],
      { kind: "delete", reason: "pending", pinned: true },
    ],
    ["without a budget", {}, [], { kind: "delete", reason: "no-budget", pinned: false }],
    ["other labels", { labels: { app: "db" } }, [closed], { kind: "delete", reason: "no-budget", pinned: false }],
    ["no labels", { labels: {} }, [closed], { kind: "delete", reason: "no-budget", pinned: false }],
    ["another namespace", { namespace: "bank" }, [closed], { kind: "delete", reason: "no-budget", pinned: false }],
    ["a budget without selector", {}, [budget({}, { selector: null })], { kind: "delete", reason: "no-budget", pinned: false }],
  ])("%s", (_name, pod, budgets, expected) => {
    expect(decide(pod, ...budgets)).toEqual(expected);
  });

  test("an empty selector covers every pod of the namespace", () => {
    expect(decide({ labels: {} }, budget({ disruptionsAllowed: 0 }, { selector: {} })).kind).toBe("refuse");
  });
});

describe("a pod that is not Ready", () => {
  const unready = { ready: false };
  test.each<[string, Partial<BudgetStatus> | null, BudgetSpec, string]>([
    ["AlwaysAllow lets it go", { disruptionsAllowed: 0, currentHealthy: 0 }, { unhealthyPodEvictionPolicy: "AlwaysAllow" }, "always-allow"],
    ["AlwaysAllow also before the budget was seen", null, { unhealthyPodEvictionPolicy: "AlwaysAllow" }, "always-allow"],
    ["the default lets it go while enough are healthy", { disruptionsAllowed: 0, currentHealthy: 2 }, {}, "healthy-enough"],
    [
      "so does IfHealthyBudget",
      { disruptionsAllowed: 0, currentHealthy: 2 },
      { unhealthyPodEvictionPolicy: "IfHealthyBudget" },
      "healthy-enough",
    ],
    [
      "the numbers of an older spec count as well",
      { observedGeneration: 0, disruptionsAllowed: 0, currentHealthy: 2 },
      {},
      "healthy-enough",
    ],
    ["even with a budget left none is spent", { disruptionsAllowed: 1 }, {}, "healthy-enough"],
  ])("%s", (_name, status, spec, reason) => {
    expect(decide(unready, budget(status, spec))).toMatchObject({ kind: "delete-unhealthy", reason });
  });

  test.each<[string, Partial<BudgetStatus>, string]>([
    ["too few healthy: the budget is asked and refuses", { disruptionsAllowed: 0, currentHealthy: 1 }, "too-few-healthy"],
    ["nothing desired is no health", { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }, "too-few-healthy"],
    ["not observed", { observedGeneration: 0, disruptionsAllowed: 0, currentHealthy: 0 }, "not-observed"],
  ])("%s", (_name, status, reason) => {
    expect(refused(decide(unready, budget(status)))[0]).toBe(reason);
  });

  test("nothing desired, but a disruption allowed: it is spent", () => {
    expect(decide(unready, budget({ disruptionsAllowed: 1, currentHealthy: 1, desiredHealthy: 0 })).kind).toBe("spend");
  });
});

describe("a Ready pod under a budget", () => {
  test("goes, and the budget is spent by one with the pod's name in it", () => {
    const before = budget({ disruptionsAllowed: 2, disruptedPods: { "web-0": "2026-03-01T11:59:00Z" } });
    expect(decide({}, before)).toEqual({
      kind: "spend",
      budget: before,
      status: { ...healthy, disruptionsAllowed: 1, disruptedPods: { "web-0": "2026-03-01T11:59:00Z", "web-1": stamp } },
    });
  });

  test("the last one allowed turns the condition at once, without a message", () => {
    const sufficient = {
      type: "DisruptionAllowed",
      status: "True",
      reason: "SufficientPods",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const decision = decide({}, budget({ conditions: [{ type: "Other", status: "True" }, sufficient] }));
    expect(decision).toMatchObject({
      kind: "spend",
      status: {
        disruptionsAllowed: 0,
        conditions: [
          { type: "Other", status: "True" },
          {
            type: "DisruptionAllowed",
            status: "False",
            reason: "InsufficientPods",
            message: "",
            lastTransitionTime: stamp,
            observedGeneration: 1,
          },
        ],
      },
    });
  });

  const insufficient = { type: "DisruptionAllowed", status: "False", reason: "InsufficientPods", message: "" };
  test.each<[string, Partial<BudgetStatus>, string, string]>([
    [
      "too few healthy",
      { disruptionsAllowed: 0, currentHealthy: 2, conditions: [insufficient] },
      "too-few-healthy",
      "The disruption budget web needs 2 healthy pods and has 2 currently",
    ],
    [
      "more healthy than needed, all granted: the recount is due",
      { disruptionsAllowed: 0, conditions: [insufficient] },
      "spent",
      "The disruption budget web does not allow evicting pods currently",
    ],
    [
      "the same, with a message of another controller",
      { disruptionsAllowed: 0, conditions: [{ ...insufficient, reason: "Frozen", message: "frozen" }] },
      "spent",
      "The disruption budget web does not allow evicting pods currently (Frozen): frozen",
    ],
    [
      "the controller cannot count",
      {
        disruptionsAllowed: 0,
        currentHealthy: 0,
        conditions: [{ ...insufficient, reason: "SyncFailed", message: "jobs.batch does not implement the scale subresource" }],
      },
      "sync-failed",
      "The disruption budget web does not allow evicting pods currently because it failed sync: jobs.batch does not implement the scale subresource",
    ],
    [
      "it cannot count and does not say why",
      { disruptionsAllowed: 0, currentHealthy: 1, conditions: [{ ...insufficient, reason: "SyncFailed" }] },
      "sync-failed",
      "The disruption budget web needs 2 healthy pods and has 1 currently",
    ],
  ])("%s: 429 with the cause and without Retry-After", (_name, status, reason, message) => {
    expect(refused(decide({}, budget(status)))).toEqual([
      reason,
      {
        kind: "Status",
        status: "Failure",
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        reason: "TooManyRequests",
        details: { causes: [{ reason: "DisruptionBudget", message }] },
        code: 429,
      },
    ]);
  });

  test.each<[string, Partial<BudgetStatus> | null]>([
    ["a status behind its spec", { observedGeneration: 0 }],
    ["a status behind its spec, with nothing allowed", { observedGeneration: 0, disruptionsAllowed: 0 }],
    ["no status at all", null],
  ])("%s: 429, come back in 10 s", (_name, status) => {
    const [reason, answer] = refused(decide({}, budget(status)));
    expect(reason).toBe("not-observed");
    expect(answer).toEqual(stillProcessed("web"));
    expect(answer.details?.retryAfterSeconds).toBe(10);
    expect(answer.details?.causes).toEqual([
      { reason: "DisruptionBudget", message: "The disruption budget web is still being processed by the server." },
    ]);
  });

  test("a negative budget is 403", () => {
    expect(refused(decide({}, budget({ disruptionsAllowed: -1 })))).toEqual([
      "negative",
      {
        kind: "Status",
        status: "Failure",
        message: 'poddisruptionbudget.policy "web" is forbidden: pdb disruptions allowed is negative',
        reason: "Forbidden",
        details: { name: "web", group: "policy", kind: "poddisruptionbudget" },
        code: 403,
      },
    ]);
  });

  test("2000 unconfirmed evictions are the most: one more is 403, whatever is allowed", () => {
    const disrupted = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`pod-${index}`, stamp]));
    expect(decide({}, budget({ disruptedPods: disrupted(2000) })).kind).toBe("spend");
    for (const disruptionsAllowed of [0, 1]) {
      const [reason, answer] = refused(decide({}, budget({ disruptionsAllowed, disruptedPods: disrupted(2001) })));
      expect([reason, answer.code, answer.message]).toEqual([
        "unconfirmed",
        403,
        'poddisruptionbudget.policy "web" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller',
      ]);
    }
  });
});

test("two budgets are refused with a 500 that has neither reason nor cause, whatever they allow and whether the pod is Ready or not", () => {
  const two = [budget({}, { unhealthyPodEvictionPolicy: "AlwaysAllow" }), budget({}, { selector: {} }, "all")];
  for (const ready of [true, false]) {
    const decision = decide({ ready }, ...two, budget({}, { selector: { matchLabels: { app: "db" } } }, "db"));
    const [reason, answer] = refused(decision);
    expect([reason, answer.code, answer.reason, hasCause(answer, "DisruptionBudget")]).toEqual(["several-budgets", 500, undefined, false]);
    expect(decision).toMatchObject({ budgets: two });
  }
});

test("a budget with an invalid selector is passed over", () => {
  const invalid = budget({}, { selector: { matchExpressions: [{ key: "app", operator: "In", values: [] }] } }, "broken");
  expect(budgetsCovering(web, [invalid, closed])).toEqual([closed]);
});

test("a candidate is what the wire object says", () => {
  const meta = { name: "web-1", namespace: "shop", uid: "u1", resourceVersion: "7" };
  expect(evictionCandidate({ metadata: meta, spec: {} })).toEqual({ name: "web-1", namespace: "shop", uid: "u1", ready: false });
  expect(
    evictionCandidate({
      metadata: { ...meta, labels: { app: "web" }, deletionTimestamp: stamp },
      spec: {},
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    }),
  ).toEqual({ ...web, deletionTimestamp: stamp });
});
