import { describe, expect, test } from "vitest";
import { barePod, podView, someTime } from "../../test/support/cluster-view.ts";
import { ExecutorRig } from "./testing/executor-rig.ts";

const dns = podView({ name: "dns", priority: 2_000_000_000 });
const web = podView({ name: "web" });
const marked = { deletionTimestamp: someTime + 30_000, resourceVersion: "300" };

describe("a wave", () => {
  test("starts when the one before it is gone, and says what it waits for until then", async () => {
    const rig = new ExecutorRig({ given: { pods: [dns, web] } });
    await rig.cordon();
    rig.pass();
    expect(rig.asked).toEqual(["web"]);
    await rig.answer(rig.api.evictions[0]);
    const { nodes } = rig.pass({ pods: [dns, { ...web, ...marked }] });
    expect(nodes[0]?.blockers).toMatchObject([
      { code: "terminating", object: { name: "web" } },
      { code: "earlier-wave", object: { name: "dns" }, args: { pods: 1 }, ordinary: true },
    ]);
    rig.pass({ pods: [dns] });
    expect(rig.asked).toEqual(["web", "dns"]);
  });

  test("is not kept by a pod that waits for a person: the rest moves, and then the node is stuck", async () => {
    const rig = new ExecutorRig({ given: { pods: [dns, barePod({ name: "bare" })] }, allowed: ["partial"] });
    await rig.cordon();
    rig.pass();
    expect(rig.asked).toEqual(["dns"]);
    const { nodes } = rig.pass({ pods: [barePod({ name: "bare" })] });
    expect(nodes[0]).toMatchObject({ isStuck: true, left: [{ subject: { name: "bare" } }] });
  });

  test("is kept by a pod whose end is waited for", async () => {
    const job = podView({ name: "job", runsToCompletion: true, labels: { app: "job" } });
    const rig = new ExecutorRig({
      given: { pods: [dns, job] },
      request: { rules: [{ action: "wait", pods: { matchLabels: { app: "job" } } }] },
    });
    await rig.cordon();
    const { nodes } = rig.pass();
    expect(rig.asked).toEqual([]);
    expect(nodes[0]).toMatchObject({ isStuck: false, blockers: [{ code: "awaiting-completion" }, { code: "earlier-wave" }] });
    rig.pass({ pods: [dns, { ...job, phase: "Succeeded" }] });
    expect(rig.asked[0]).toBe("job");
  });
});
