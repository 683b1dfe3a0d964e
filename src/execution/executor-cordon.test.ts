import { describe, expect, test } from "vitest";
import { budgetView, nodeView, podView } from "../../test/support/cluster-view.ts";
import { KubeError, NoAnswerError } from "../client/errors.ts";
import type { EvictionAnswer } from "../client/kube-api.ts";
import { settledTurn } from "../runtime/event-loop.ts";
import { ExecutorRig } from "./testing/executor-rig.ts";

const web = (count: number) => Array.from({ length: count }, (_, i) => podView({ name: `web-${i}` }));
const one = budgetView({ name: "web" });
const budgetSays429: EvictionAnswer = {
  http: 429,
  status: { kind: "Status", code: 429, details: { causes: [{ reason: "DisruptionBudget" }] } },
};
const held = (version: string) => [nodeView({ unschedulable: true, resourceVersion: version })];

describe("the cordon comes first", () => {
  test("nothing is evicted before the server has acknowledged it; then at once, without waiting for the watch", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    rig.pass();
    expect([rig.api.patches.length, rig.asked]).toEqual([1, []]);
    rig.pass();
    expect([rig.api.patches.length, rig.asked]).toEqual([1, []]);
    await rig.answerPatch("60");
    rig.pass();
    expect(rig.asked).toEqual(["web-0"]);
    expect(rig.kinds("cordoned")).toHaveLength(1);
  });

  test("where only the cordon is due, no pod is touched", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    rig.pass({}, "cordon");
    await rig.answerPatch("60");
    const { nodes } = rig.pass({ nodes: held("60") }, "cordon");
    expect(rig.asked).toEqual([]);
    expect(nodes[0]).toMatchObject({ isCordoned: true, isStuck: false });
  });

  test("a DaemonSet's pod is not among those to be moved, not even before it was looked at", () => {
    const daemon = { kind: "DaemonSet", name: "logs", uid: "uid-logs", apiVersion: "apps/v1", controller: true };
    const rig = new ExecutorRig({ given: { pods: [...web(1), podView({ name: "logs-1", controller: daemon })] } });
    const { nodes } = rig.pass({}, "cordon");
    expect(nodes[0]?.left.map((step) => step.subject.name)).toEqual(["web-0"]);
  });

  test.each([
    { what: "denied", error: new KubeError("forbidden", "no", { http: 403 }), code: "denied" },
    { what: "refused as invalid", error: new KubeError("invalid", "no", { http: 422 }), code: "cordon-failed" },
  ])("one that is $what ends the node's way out although its pods still stand there", async ({ error, code }) => {
    const rig = new ExecutorRig({ given: { pods: web(2) } });
    rig.pass();
    rig.api.patches.at(-1)?.fail(error);
    await settledTurn();
    const progress = rig.progress();
    expect(progress).toMatchObject({ isStuck: true, isCordoned: false, isTouched: false });
    expect(progress.blockers.map((blocker) => blocker.code)).toEqual([code]);
    expect(rig.asked).toEqual([]);
  });

  test("a record that cannot be read ends it too, and nothing was asked of the server", () => {
    const rig = new ExecutorRig({ given: { pods: web(2), nodes: [nodeView({ held: "unreadable" })] } });
    rig.pass();
    return settledTurn().then(() => {
      expect(rig.progress()).toMatchObject({ isStuck: true, isTouched: false });
      expect(rig.api.patches).toEqual([]);
    });
  });

  test("an outage does not: it is tried again with growing pauses", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    for (let i = 1; i <= 6; i += 1) {
      rig.pass();
      expect(rig.api.patches).toHaveLength(i);
      rig.api.patches.at(-1)?.fail(new KubeError("server-error", "503", { http: 503 }));
      await settledTurn();
      const { wakeAt = 0, nodes } = rig.pass();
      expect(nodes[0]?.isStuck).toBe(false);
      expect(wakeAt).toBeGreaterThan(rig.clock.now());
      await rig.elapse(wakeAt - rig.clock.now());
    }
  });

  test("a lost answer may have cordoned the node: it counts as touched", async () => {
    const rig = new ExecutorRig({ given: { pods: web(1) } });
    rig.pass();
    expect(rig.progress().isTouched).toBe(true);
    rig.api.patches.at(-1)?.fail(new NoAnswerError("unknown", "lost"));
    await settledTurn();
    expect(rig.progress().isTouched).toBe(true);
  });

  test("lifted by somebody it is set again three times; then evictions stop and the node has failed", async () => {
    const rig = new ExecutorRig({ given: { pods: web(4), budgets: [one] } });
    rig.pass();
    for (let version = 60; version < 100; version += 10) {
      await rig.answerPatch(String(version));
      rig.pass({ nodes: held(String(version)) });
      rig.pass({ nodes: [nodeView({ resourceVersion: String(version + 5) })] });
    }
    expect(rig.api.patches).toHaveLength(4);
    expect([rig.kinds("cordoned").length, rig.kinds("recordoned").length]).toEqual([1, 3]);
    const before = rig.asked.length;
    await rig.answer(rig.api.evictions[0], budgetSays429);
    const progress = rig.progress({ budgets: [budgetView({ name: "web", resourceVersion: "900" })] });
    expect(progress).toMatchObject({ isStuck: true, isCordoned: false });
    expect(progress.blockers[0]?.code).toBe("cordon-lifted");
    expect(rig.asked).toHaveLength(before);
  });
});
