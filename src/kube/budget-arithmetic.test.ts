import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Budget, BudgetSpec, BudgetStatus } from "./budget.ts";
import { disruptedPodTimeout, recountBudget } from "./budget-arithmetic.ts";
import { decideEviction, evictionCandidate } from "./eviction-decision.ts";
import type { OwnerReference } from "./object.ts";
import type { Pod } from "./pod.ts";
import type { ScaleReading } from "./scale-of-owner.ts";
import { formatTime } from "./time.ts";

const now = Date.UTC(2026, 2, 1, 12);
const ago = (ms: number): string => formatTime(now - ms);

const replicaSet: OwnerReference = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true };

interface PodShape {
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly owner?: OwnerReference | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

function pod(
  name: string,
  { ready = true, terminating = false, owner = replicaSet, labels = { app: "web" }, namespace = "shop" }: PodShape = {},
): Pod {
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      resourceVersion: "1",
      labels,
      ...(owner === null ? {} : { ownerReferences: [owner] }),
      ...(terminating ? { deletionTimestamp: ago(0) } : {}),
    },
    spec: {},
    status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

function budget(spec: BudgetSpec, status?: BudgetStatus): Budget {
  return {
    metadata: { name: "web", namespace: "shop", uid: "b", resourceVersion: "1", generation: 3 },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

const scaleOf =
  (replicas: number) =>
  (owner: OwnerReference): ScaleReading => ({ kind: "scale", uid: owner.uid, replicas });

function counted(spec: BudgetSpec, replicas: number, pods: readonly Pod[]): readonly number[] {
  const { status } = recountBudget(budget(spec), pods, scaleOf(replicas), now);
  return [status.expectedPods, status.desiredHealthy, status.currentHealthy, status.disruptionsAllowed];
}

const three = [pod("a"), pod("b"), pod("c")];

describe("a count", () => {
  test.each<[string, BudgetSpec, number, readonly Pod[], readonly [number, number, number, number]]>([
    ["minAvailable as a number counts the pods there are", { minAvailable: 2 }, 99, three, [3, 2, 3, 1]],
    ["minAvailable of all pods allows none", { minAvailable: 3 }, 3, three, [3, 3, 3, 0]],
    ["minAvailable above all pods is not negative", { minAvailable: 9 }, 3, three, [3, 9, 3, 0]],
    ["minAvailable 0 allows all", { minAvailable: 0 }, 3, three, [3, 0, 3, 3]],
    ["minAvailable in percent is of the scale, rounded up", { minAvailable: "50%" }, 3, three, [3, 2, 3, 1]],
    ["minAvailable 34% of 3 is 2", { minAvailable: "34%" }, 3, three, [3, 2, 3, 1]],
    ["minAvailable 100% allows none", { minAvailable: "100%" }, 3, three, [3, 3, 3, 0]],
    ["maxUnavailable as a number is of the scale", { maxUnavailable: 1 }, 3, three, [3, 2, 3, 1]],
    ["maxUnavailable in percent is rounded up: 1% of 3 is one", { maxUnavailable: "1%" }, 3, three, [3, 2, 3, 1]],
    ["maxUnavailable 34% of 3 is 2", { maxUnavailable: "34%" }, 3, three, [3, 1, 3, 2]],
    ["maxUnavailable 0% allows none", { maxUnavailable: "0%" }, 3, three, [3, 3, 3, 0]],
    ["maxUnavailable above the scale needs none healthy", { maxUnavailable: 9 }, 3, three, [3, 0, 3, 3]],
    ["the scale counts, not the pods: two are still missing", { maxUnavailable: 1 }, 5, three, [5, 4, 3, 0]],
    ["a surge of healthy pods is allowed to go even with maxUnavailable 0", { maxUnavailable: 0 }, 2, three, [2, 2, 3, 1]],
    ["a scale of zero allows none", { maxUnavailable: 1 }, 0, three, [0, 0, 3, 0]],
    ["no pods allow none", { minAvailable: 0 }, 3, [], [0, 0, 0, 0]],
    ["neither field allows none", {}, 3, three, [0, 0, 3, 0]],
    ["unready pods are expected but not healthy", { minAvailable: 1 }, 3, [pod("a"), pod("b", { ready: false })], [2, 1, 1, 0]],
    ["terminating pods too", { minAvailable: 1 }, 3, [pod("a"), pod("b", { terminating: true })], [2, 1, 1, 0]],
    [
      "pods of other labels and namespaces are not counted",
      { minAvailable: 0 },
      3,
      [pod("a", { labels: {} }), pod("b", { namespace: "x" })],
      [0, 0, 0, 0],
    ],
    ["maxUnavailable wins where both are written", { maxUnavailable: 1, minAvailable: 3 }, 3, three, [3, 2, 3, 1]],
  ])("%s", (_name, spec, replicas, pods, expected) => {
    expect(counted(spec, replicas, pods)).toEqual(expected);
  });

  test("each owner counts once, and one owner behind two ReplicaSets counts once", () => {
    const next: OwnerReference = { ...replicaSet, name: "web-2", uid: "rs2" };
    const other: OwnerReference = { ...replicaSet, kind: "StatefulSet", name: "db", uid: "sts" };
    const pods = [pod("a"), pod("b"), pod("c", { owner: next }), pod("d", { owner: other })];
    const scales: Readonly<Record<string, ScaleReading>> = {
      rs: { kind: "scale", uid: "deployment", replicas: 3 },
      rs2: { kind: "scale", uid: "deployment", replicas: 3 },
      sts: { kind: "scale", uid: "sts", replicas: 2 },
    };
    const asked: string[] = [];
    const recount = recountBudget(
      budget({ maxUnavailable: 1 }),
      pods,
      (owner) => {
        asked.push(owner.uid);
        return scales[owner.uid] ?? { kind: "absent" };
      },
      now,
    );
    expect(recount.status.expectedPods).toBe(5);
    expect(asked).toEqual(["rs", "rs2", "sts"]);
  });

  test("pods without an owner are named and not expected, except by a minAvailable in pods", () => {
    const pods = [pod("a"), pod("bare", { owner: null })];
    const byScale = recountBudget(budget({ maxUnavailable: 1 }), pods, scaleOf(1), now);
    expect([byScale.unmanaged, byScale.status.expectedPods]).toEqual([["bare"], 1]);
    const byPods = recountBudget(budget({ minAvailable: 1 }), pods, scaleOf(1), now);
    expect([byPods.unmanaged, byPods.status.expectedPods]).toEqual([[], 2]);
  });

  test("the whole status of a first count", () => {
    expect(recountBudget(budget({ maxUnavailable: 1 }), three, scaleOf(3), now)).toEqual({
      status: {
        observedGeneration: 3,
        disruptionsAllowed: 1,
        currentHealthy: 3,
        desiredHealthy: 2,
        expectedPods: 3,
        conditions: [
          {
            type: "DisruptionAllowed",
            status: "True",
            reason: "SufficientPods",
            message: "",
            lastTransitionTime: "2026-03-01T12:00:00Z",
            observedGeneration: 3,
          },
        ],
      },
      unmanaged: [],
    });
  });
});

describe("evicted pods", () => {
  const spec: BudgetSpec = { maxUnavailable: 2 };
  const granted = (disruptedPods: Readonly<Record<string, string>>): BudgetStatus => ({
    observedGeneration: 3,
    disruptionsAllowed: 1,
    currentHealthy: 3,
    desiredHealthy: 1,
    expectedPods: 3,
    disruptedPods,
  });

  test("are not healthy until they are deleted, and are looked at again after 2 minutes", () => {
    const recount = recountBudget(budget(spec, granted({ a: ago(30_000), b: ago(60_000) })), three, scaleOf(3), now);
    expect(recount.status).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0, disruptedPods: { a: ago(30_000), b: ago(60_000) } });
    expect(recount.recheckAt).toBe(now - 60_000 + disruptedPodTimeout);
  });

  test.each<[string, readonly Pod[], string, number]>([
    ["terminating", [pod("a", { terminating: true }), pod("b"), pod("c")], ago(5000), 2],
    ["gone", [pod("b"), pod("c")], ago(5000), 2],
    ["not deleted within 2 minutes", three, ago(disruptedPodTimeout + 1000), 3],
  ])("leave the map when %s", (_name, pods, stamp, currentHealthy) => {
    const recount = recountBudget(budget(spec, granted({ a: stamp })), pods, scaleOf(3), now);
    expect(recount.status.disruptedPods).toBeUndefined();
    expect(recount.status.currentHealthy).toBe(currentHealthy);
    expect(recount.recheckAt).toBeUndefined();
  });

  test("at exactly 2 minutes one is healthy again and still in the map", () => {
    const { status } = recountBudget(budget(spec, granted({ a: ago(disruptedPodTimeout) })), three, scaleOf(3), now);
    expect([status.currentHealthy, Object.keys(status.disruptedPods ?? {})]).toEqual([3, ["a"]]);
  });
});

describe("a count that fails", () => {
  const before: BudgetStatus = { observedGeneration: 2, disruptionsAllowed: 2, currentHealthy: 5, desiredHealthy: 3, expectedPods: 5 };
  const failing = (spec: BudgetSpec, answer: ScaleReading) => recountBudget(budget(spec, before), three, () => answer, now).status;

  test.each<[string, BudgetSpec, ScaleReading, string]>([
    [
      "an owner without scale",
      { maxUnavailable: 1 },
      { kind: "failed", message: "jobs.batch does not implement the scale subresource" },
      "jobs.batch does not implement the scale subresource",
    ],
    ["an owner that is gone", { minAvailable: "50%" }, { kind: "absent" }, 'found no controllers for pod "a"'],
    [
      "no percentage",
      { maxUnavailable: "1" },
      { kind: "scale", uid: "rs", replicas: 3 },
      "invalid value for IntOrString: invalid type: string is not a percentage",
    ],
    [
      "half a percentage",
      { minAvailable: "a%" },
      { kind: "scale", uid: "rs", replicas: 3 },
      'invalid value for IntOrString: invalid value "a%": strconv.Atoi: parsing "a": invalid syntax',
    ],
    [
      "a selector that is not valid",
      { minAvailable: 1, selector: { matchExpressions: [{ key: "app", operator: "In" }] } },
      { kind: "absent" },
      "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    ],
  ])("%s allows nothing and leaves all other numbers", (_name, spec, answer, message) => {
    expect(failing(spec, answer)).toEqual({
      ...before,
      disruptionsAllowed: 0,
      conditions: [
        {
          type: "DisruptionAllowed",
          status: "False",
          reason: "SyncFailed",
          message,
          lastTransitionTime: "2026-03-01T12:00:00Z",
          observedGeneration: 2,
        },
      ],
    });
  });

  test("minAvailable in pods asks for no scale, so it does not fail", () => {
    expect(failing({ minAvailable: 1 }, { kind: "absent" }).disruptionsAllowed).toBe(2);
  });

  test("is written once", () => {
    const status = failing({ maxUnavailable: 1 }, { kind: "absent" });
    const again = recountBudget(budget({ maxUnavailable: 1 }, status), three, () => ({ kind: "absent" }), now + 60_000);
    expect(again.status).toBe(status);
  });
});

const shapes = fc.array(fc.record({ ready: fc.boolean(), terminating: fc.boolean() }), { maxLength: 8 });
const specs = fc.oneof(
  fc.record({
    minAvailable: fc.oneof(
      fc.nat({ max: 9 }),
      fc.nat({ max: 100 }).map((n) => `${n}%`),
    ),
  }),
  fc.record({
    maxUnavailable: fc.oneof(
      fc.nat({ max: 9 }),
      fc.nat({ max: 100 }).map((n) => `${n}%`),
    ),
  }),
);

test("counting again with nothing changed writes nothing, and allowed is never above what is healthy beyond the desired", () => {
  fc.assert(
    fc.property(specs, shapes, fc.nat({ max: 8 }), (spec, shaped, replicas) => {
      const pods = shaped.map((shape, index) => pod(`p${index}`, shape));
      const { status } = recountBudget(budget(spec), pods, scaleOf(replicas), now);
      expect(recountBudget(budget(spec, status), pods, scaleOf(replicas), now + 60_000).status).toBe(status);
      expect(status.disruptionsAllowed).toBe(status.expectedPods > 0 ? Math.max(0, status.currentHealthy - status.desiredHealthy) : 0);
    }),
  );
});

test("granting until refused never takes the healthy pods below the desired, and a recount agrees with the grants", () => {
  fc.assert(
    fc.property(specs, fc.nat({ max: 8 }), (spec, replicas) => {
      const pods = Array.from({ length: replicas }, (_, index) => pod(`p${index}`));
      let { status } = recountBudget(budget(spec), pods, scaleOf(replicas), now);
      let granted = 0;
      for (const each of pods) {
        const decision = decideEviction({ pod: evictionCandidate(each), budgets: [budget(spec, status)], now });
        if (decision.kind !== "spend") break;
        status = decision.status;
        granted += 1;
      }
      const recount = recountBudget(budget(spec, status), pods, scaleOf(replicas), now).status;
      expect(recount.currentHealthy).toBe(replicas - granted);
      expect(recount.disruptionsAllowed).toBe(status.disruptionsAllowed);
      expect(granted === 0 || recount.currentHealthy >= recount.desiredHealthy).toBe(true);
    }),
  );
});
