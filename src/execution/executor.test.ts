import { describe, expect, test } from "vitest";
import { barePod, budgetView, podView, someTime } from "../../test/support/cluster-view.ts";
import { NoAnswerError } from "../client/errors.ts";
import type { EvictionAnswer } from "../client/kube-api.ts";
import { settledTurn } from "../runtime/event-loop.ts";
import { ExecutorRig } from "./testing/executor-rig.ts";

const web = (count: number) => Array.from({ length: count }, (_, i) => podView({ name: `web-${i}` }));
const two = budgetView({ name: "web", status: { disruptionsAllowed: 2, currentHealthy: 4 } });
const one = budgetView({ name: "web" });
const budgetSays429: EvictionAnswer = {
  http: 429,
  status: { kind: "Status", code: 429, details: { causes: [{ reason: "DisruptionBudget" }] } },
};
const denied: EvictionAnswer = { http: 403, status: { kind: "Status", code: 403, message: "no" } };
const marked = { deletionTimestamp: someTime + 30_000, resourceVersion: "300" };

describe("one request at a time for each budget", () => {
  test("the next follows the answer while the budget allows, and then its event", async () => {
    const rig = new ExecutorRig({ given: { pods: web(4), budgets: [two] } });
    await rig.cordon();
    rig.pass();
    expect(rig.asked).toEqual(["web-0"]);
    rig.pass();
    expect(rig.asked).toEqual(["web-0"]);
    await rig.answer(rig.api.evictions[0]);
    rig.pass();
    expect(rig.asked).toEqual(["web-0", "web-1"]);
    await rig.answer(rig.api.evictions[1]);
    rig.pass();
    expect(rig.asked).toEqual(["web-0", "web-1"]);
    const spent = { ...two.status, disruptionsAllowed: 0, disruptedPods: { "web-0": "t", "web-1": "t" } };
    rig.pass({ budgets: [budgetView({ name: "web", resourceVersion: "210", status: spent })] });
    expect(rig.asked).toHaveLength(2);
    rig.pass({ budgets: [budgetView({ name: "web", resourceVersion: "220" })] });
    expect(rig.asked).toEqual(["web-0", "web-1", "web-2"]);
  });

  test("across budgets, and without one, all go at once", async () => {
    const db = Array.from({ length: 3 }, (_, i) => podView({ name: `db-${i}`, labels: { app: `db-${i}` } }));
    const rig = new ExecutorRig({ given: { pods: [...web(3), ...db], budgets: [one] } });
    await rig.cordon();
    rig.pass();
    expect(rig.asked.toSorted()).toEqual(["db-0", "db-1", "db-2", "web-0"]);
  });

  test("of pods without a budget at most 64 are asked for at once", async () => {
    const rig = new ExecutorRig({ given: { pods: web(70) } });
    await rig.cordon();
    rig.pass();
    expect(rig.asked).toHaveLength(64);
    await rig.answer(rig.api.evictions[0]);
    rig.pass();
    expect(rig.asked).toHaveLength(65);
  });

  test("after a refusal nothing is sent until the budget's event, however many passes are made", async () => {
    const rig = new ExecutorRig({ given: { pods: web(2), budgets: [one] } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0], budgetSays429);
    for (let i = 0; i < 50; i += 1) rig.pass();
    expect(rig.asked).toHaveLength(1);
    rig.pass({ budgets: [budgetView({ name: "web", resourceVersion: "201" })] });
    expect(rig.asked).toHaveLength(2);
  });

  test("every wait under a budget names a time or an event to come: no pass asks to be made again at once", async () => {
    const rig = new ExecutorRig({ given: { pods: web(3), budgets: [one] } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0]);
    const { wakeAt } = rig.pass();
    // After two seconds the wait is worth a word; after five the grant that no status shows is forgotten.
    expect(wakeAt).toBe(someTime + 2_000);
    await rig.elapse(2_000);
    expect(rig.pass().wakeAt).toBe(someTime + 5_000);
  });

  test("every answer wakes a pass", async () => {
    const rig = new ExecutorRig({ given: { pods: web(2) } });
    await rig.cordon();
    rig.pass();
    const before = rig.wakes;
    await rig.answer(rig.api.evictions[0]);
    await rig.answer(rig.api.evictions[1], denied);
    expect(rig.wakes - before).toBe(2);
  });
});

describe("before each request the view must hold this very pod on this node, up to date", () => {
  test("a namesake on the node is a new decision, and its own uid is sent", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    await rig.cordon({ pods: [podView({ name: "web-0", uid: "another life" })] });
    rig.pass();
    expect(rig.api.evictions.map(({ pod }) => pod.uid)).toEqual(["another life"]);
    expect(rig.kinds("replanned")).toMatchObject([{ from: undefined, to: "evict/managed" }]);
  });

  test("a pod that is gone or elsewhere is not asked for", async () => {
    const rig = new ExecutorRig({ given: { pods: web(2) } });
    await rig.cordon({ pods: [podView({ name: "web-1", node: "elsewhere" })] });
    rig.pass();
    expect(rig.asked).toEqual([]);
  });

  test("on a stale view nothing is sent and nothing is proven, and that is said once it has lasted", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1), stale: ["n"] } });
    await rig.cordon();
    const first = rig.pass();
    expect([rig.blockerCodes(first), rig.asked]).toEqual([[], []]);
    await rig.elapse((first.wakeAt ?? 0) - someTime);
    const late = rig.pass();
    expect(rig.blockerCodes(late)).toEqual(["view-stale"]);
    expect(late.nodes[0]?.blockers).toMatchObject([{ since: someTime }]);
    expect(rig.asked).toEqual([]);
    await rig.elapse(60_000);
    const empty = rig.progress({ pods: [] });
    expect(empty.verdict).toBeUndefined();
    expect(empty.blockers.map((blocker) => blocker.code)).toEqual(["view-stale"]);
    expect(rig.progress({ stale: [] }).verdict).toBeDefined();
  });

  test("the same pod is not asked for twice while it goes", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    await rig.cordon();
    rig.pass();
    rig.pass();
    await rig.answer(rig.api.evictions[0]);
    for (let i = 0; i < 10; i += 1) rig.pass();
    rig.pass({ pods: web(1).map((pod) => ({ ...pod, ...marked })) });
    expect(rig.asked).toHaveLength(1);
    expect(rig.kinds("replanned")).toEqual([]);
  });

  test("a pod whose request was lost on the way back, and that is marked, is not asked for again", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    await rig.cordon();
    rig.pass();
    rig.api.evictions[0]?.fail(new NoAnswerError("unknown", "lost"));
    await settledTurn();
    rig.pass({ pods: web(1).map((pod) => ({ ...pod, ...marked })) });
    await rig.elapse(120_000);
    rig.pass();
    expect(rig.asked).toHaveLength(1);
  });
});

describe("what is said", () => {
  test("a blocker once when it begins and once when it ends", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0], {
      http: 403,
      status: { kind: "Status", message: 'admission webhook "guard" denied the request: no' },
    });
    for (let i = 0; i < 5; i += 1) rig.pass();
    expect(rig.kinds("blocked")).toMatchObject([{ blocker: { code: "webhook-denied", args: { webhook: "guard" } } }]);
    await rig.elapse(7_000);
    rig.pass();
    expect(rig.kinds("unblocked")).toHaveLength(1);
    expect(rig.asked).toHaveLength(2);
  });

  test("a pod's beginning once, however often it is asked for", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1), budgets: [one] } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0], budgetSays429);
    rig.pass({ budgets: [budgetView({ name: "web", resourceVersion: "201" })] });
    expect(rig.asked).toHaveLength(2);
    expect(rig.kinds("started")).toHaveLength(1);
  });

  test("a pod's end once, with what proves it", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0]);
    const [pod] = web(1);
    const gone = pod === undefined ? [] : [{ pod: { ...pod, ...marked, containersEnded: true }, nodeReady: true, at: rig.clock.now() }];
    rig.pass({ pods: [], gone });
    rig.pass();
    expect(rig.kinds("gone")).toMatchObject([{ pod: { name: "web-0" }, action: "evict", proof: { proven: true } }]);
    expect(rig.progress().gone).toHaveLength(1);
  });
});

describe("consents", () => {
  test("a late arrival without its consent is kept, named, and never deleted; the rest goes", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    await rig.cordon({ pods: [...web(1), barePod({ name: "late", emptyDirs: ["tmp"] })] });
    const result = rig.pass();
    expect(rig.asked).toEqual(["web-0"]);
    expect(result.nodes[0]?.blockers).toMatchObject([
      { code: "consent-missing", endsBy: "person", args: { consents: ["emptydir", "unmanaged"], reason: "unmanaged" } },
    ]);
    expect(result.nodes[0]?.isStuck).toBe(false);
  });

  test("with its consent it goes", async () => {
    const rig = new ExecutorRig({ given: { pods: [] }, allowed: ["emptydir", "unmanaged"] });
    await rig.cordon({ pods: [barePod({ name: "late", emptyDirs: ["tmp"] })] });
    rig.pass();
    expect(rig.asked).toEqual(["late"]);
  });

  test("--disable-eviction deletes with the uid, and never past a budget without that consent", async () => {
    const given = { pods: [...web(1), podView({ name: "free", labels: {} })], budgets: [one] };
    const rig = new ExecutorRig({ given, request: { disableEviction: true } });
    await rig.cordon();
    rig.pass();
    expect(rig.api.removals.map(({ target }) => target.uid)).toEqual(["uid-free"]);
    expect(rig.asked).toEqual([]);
  });
});

describe("being stuck", () => {
  test("is when all that is left waits for a person, and not while an answer is awaited", async () => {
    const rig = new ExecutorRig({ given: { pods: web(2) } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0], denied);
    expect(rig.progress().isStuck).toBe(false);
    await rig.answer(rig.api.evictions[1], denied);
    expect(rig.progress().isStuck).toBe(true);
  });

  test("is not while a pod terminates, waits for a budget or for a webhook", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1), budgets: [one] } });
    await rig.cordon();
    rig.pass();
    await rig.answer(rig.api.evictions[0], budgetSays429);
    expect(rig.progress().isStuck).toBe(false);
    expect(rig.progress({ pods: web(1).map((pod) => ({ ...pod, ...marked })) }).isStuck).toBe(false);
  });
});

test("a budget that never allows is believed 30 s after it began to look so, not after the pod began to wait", async () => {
  // A StatefulSet's pod between two lives is not counted: 3 of 4 pods are there, and 3 are needed.
  const between = budgetView({
    name: "web",
    resourceVersion: "300",
    status: { disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3 },
  });
  const never = { ...between, object: { ...between.object, spec: { ...between.object.spec, minAvailable: 3 } } };
  const rig = new ExecutorRig({ given: { pods: web(1), budgets: [budgetView({ name: "web", status: { disruptionsAllowed: 0 } })] } });
  await rig.cordon();
  rig.pass();
  await rig.elapse(120_000);
  expect(rig.progress({ budgets: [never] })).toMatchObject({
    isStuck: false,
    blockers: [{ code: "budget-in-doubt", endsBy: "cluster" }],
  });
  await rig.elapse(30_000);
  expect(rig.progress()).toMatchObject({ isStuck: true });
});

test("a stopped executor starts nothing, and still takes what was asked for into account", async () => {
  const rig = new ExecutorRig({ given: { pods: web(2), budgets: [two] } });
  await rig.cordon();
  rig.pass();
  rig.executor.stop();
  await rig.answer(rig.api.evictions[0]);
  rig.pass();
  expect(rig.asked).toHaveLength(1);
  expect(rig.kinds("accepted")).toHaveLength(1);
  expect(rig.executor.inFlight).toBe(0);
});

test("throttled by the server, all wait for as long as it said and then go on", async () => {
  const rig = new ExecutorRig({ given: { pods: web(2) } });
  await rig.cordon();
  rig.pass();
  await rig.answer(rig.api.evictions[0], { http: 429, text: "Too many requests", retryAfter: 2 });
  const { wakeAt } = rig.pass();
  expect(wakeAt).toBe(someTime + 2_000);
  expect(rig.asked).toHaveLength(2);
  await rig.elapse(2_000);
  rig.pass();
  expect(rig.asked).toEqual(["web-0", "web-1", "web-0"]);
});

test("an eviction that the server leaves unanswered is given up after a minute and asked for again", async () => {
  const rig = new ExecutorRig({ given: { pods: web(1), budgets: [one] } });
  await rig.cordon();
  rig.pass();
  const [asked] = rig.api.evictions;
  await rig.elapse(60_000);
  expect(asked?.signal.aborted).toBe(true);
  asked?.fail(new NoAnswerError("unknown", "aborted"));
  await settledTurn();
  const { wakeAt = Number.POSITIVE_INFINITY } = rig.pass();
  await rig.elapse(wakeAt - rig.clock.now());
  rig.pass();
  rig.api.gets[0]?.answer({ metadata: { name: "web-0", uid: podView({ name: "web-0" }).uid, resourceVersion: "1" } });
  await settledTurn();
  expect(rig.asked).toHaveLength(2);
});
