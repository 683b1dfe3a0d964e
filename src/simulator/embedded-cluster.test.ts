import { expect, test } from "vitest";
import type { Identified } from "../kube/object.ts";
import { nodes, pods } from "../kube/resource.ts";
import { isPodReady } from "../kube/pod.ts";
import { seededRandom } from "../runtime/random.ts";
import { everyFault, type FaultPlan } from "./faults.ts";
import { randomCluster } from "./random-cluster.ts";
import { drainEagerly } from "./testing/eager-drain.ts";
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

test("pdb1: evicting as soon as allowed empties the node in about 29 s, and never breaks the budget", async () => {
  await using rig = new Rig();
  rig.control.build(pdb1);
  const took = await drainEagerly(rig, "node-1");
  expect(took).toBeGreaterThan(29_000);
  expect(took).toBeLessThan(31_000);
  await rig.settle();
  const all = rig.control.all(pods, "shop");
  expect(all.length).toBe(10);
  expect(all.every(({ status }) => isPodReady(status))).toBe(true);
  expect(all.every(({ spec }) => spec.nodeName === "node-2" || spec.nodeName === "node-3")).toBe(true);
});

async function recordOf(seed: string, faults: FaultPlan): Promise<{ readonly hash: string; readonly entries: number }> {
  await using rig = new Rig({ seed, faults, eventLimit: 50 });
  rig.control.build(randomCluster(seededRandom(seed)));
  const { api, call, control } = rig;
  control.edit(nodes, { name: "node-1" }, { kind: "merge", body: { spec: { unschedulable: true } } });
  const evictOne = async (at: Identified): Promise<void> => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const answer = await api.evict(at, {}, call).catch(() => undefined);
      if (answer?.http === 201 || answer?.http === 404) return;
      await rig.clock.sleep(5_000, call.signal);
    }
  };
  await rig.run(Promise.all(control.podsOn("node-1").map(({ metadata }) => evictOne(metadata))));
  await rig.settle();
  return { hash: rig.cluster.record.hash(), entries: rig.cluster.record.entries.length };
}

test("the same seed gives the same record, another seed another, with and without faults", async () => {
  for (const faults of [{ rates: {} }, { rates: everyFault(0.05), endAfter: 30_000 }]) {
    const first = await recordOf("one", faults);
    expect(first.entries).toBeGreaterThan(50);
    expect(await recordOf("one", faults)).toEqual(first);
    expect(await recordOf("two", faults)).not.toEqual(first);
  }
});

test("no budget falls below what it needs through evictions alone, whatever goes wrong on the way", async () => {
  for (let seed = 0; seed < 30; seed += 1) {
    await using rig = new Rig({ seed: `${seed}`, faults: { rates: everyFault(0.03) } });
    const { api, call, control } = rig;
    for (const name of ["a", "b", "c"]) control.addNode({ name });
    control.addWorkload({ kind: "Deployment", namespace: "shop", name: "web", replicas: 6, pod: { ready: 2_000, gone: 500 } });
    control.addBudget({ namespace: "shop", name: "web", spec: { maxUnavailable: 2, selector: {} } });
    let fewest = 6;
    const hammer = async (): Promise<void> => {
      for (let round = 0; round < 10; round += 1) {
        const all = control.all(pods, "shop");
        await Promise.all(all.map(({ metadata }) => api.evict(metadata, {}, call).catch(() => undefined)));
        fewest = Math.min(
          fewest,
          control.all(pods).filter(({ status, metadata }) => isPodReady(status) && metadata.deletionTimestamp === undefined).length,
        );
        await rig.clock.sleep(300, call.signal);
      }
    };
    await rig.run(hammer());
    expect(fewest, `seed ${seed}`).toBe(4);
  }
});
