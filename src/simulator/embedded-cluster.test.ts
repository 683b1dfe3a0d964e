import { expect, test } from "vitest";
import { nodes, pods, budgets } from "../kube/resource.ts";
import { isPodReady } from "../kube/pod.ts";
import { Rig } from "./testing/rig.ts";
import type { ClusterSketch } from "./sketch.ts";

/** Ten pods on one node under a budget of one; each is replaced by one that is Ready 3 s after it was bound, and is gone 2 s after deletion. */
const pdb1: ClusterSketch = {
  nodes: ["node-1", "node-2", "node-3"].map((name) => ({ name })),
  workloads: [
    {
      kind: "Deployment",
      namespace: "shop",
      name: "web",
      replicas: 10,
      pod: { ready: 3_000, gone: 2_000 },
      on: Array.from({ length: 10 }, () => "node-1"),
    },
  ],
  budgets: [{ namespace: "shop", name: "web", spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } } }],
  pods: [],
};

/** Evicts from the node as soon as the budget allows: the physical bound of a drain. */
async function emptied(rig: Rig): Promise<number> {
  const { api, control, call } = rig;
  control.edit(nodes, { name: "node-1" }, { kind: "merge", body: { spec: { unschedulable: true } } });
  const start = rig.clock.monotonic();
  const evictAll = async (): Promise<void> => {
    const queue = control.podsOn("node-1").map(({ metadata }) => metadata);
    for await (const batch of api.watch(budgets, { namespace: "shop", from: "initial-events" }, call)) {
      for (const event of batch) {
        const allowed = event.type === "ADDED" || event.type === "MODIFIED" ? (event.item.value.status?.disruptionsAllowed ?? 0) : 0;
        const next = allowed > 0 ? queue.shift() : undefined;
        if (next !== undefined) await api.evict(next, {}, call);
      }
      if (queue.length === 0) return;
    }
  };
  await rig.run(evictAll());
  await rig.until(() => control.podsOn("node-1").length === 0);
  return rig.clock.monotonic() - start;
}

test("pdb1: evicting as soon as allowed empties the node in about 29 s, and never breaks the budget", async () => {
  await using rig = new Rig();
  rig.control.build(pdb1);
  const took = await emptied(rig);
  expect(took).toBeGreaterThan(29_000);
  expect(took).toBeLessThan(31_000);
  await rig.settle();
  const all = rig.control.all(pods, "shop");
  expect(all.length).toBe(10);
  expect(all.every(({ status }) => isPodReady(status))).toBe(true);
  expect(all.every(({ spec }) => spec.nodeName === "node-2" || spec.nodeName === "node-3")).toBe(true);
});
