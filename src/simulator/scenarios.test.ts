import { expect, test } from "vitest";
import { canEverAllow } from "../kube/budget-arithmetic.ts";
import { isPodReady } from "../kube/pod.ts";
import { budgets, nodes, pods } from "../kube/resource.ts";
import { isNodeReady } from "../kube/node.ts";
import { seededRandom } from "../runtime/random.ts";
import { randomCluster } from "./random-cluster.ts";
import { demoCluster } from "./scenarios.ts";
import { drainEagerly } from "./testing/eager-drain.ts";
import { Rig } from "./testing/rig.ts";

test("the demo is up at once, and stays as it is while nobody touches it", async () => {
  await using rig = new Rig();
  const demo = demoCluster();
  rig.control.build(demo.sketch);
  const before = rig.control.all(pods).map(({ metadata }) => metadata.uid);
  expect(rig.control.all(nodes).every(({ status }) => isNodeReady(status))).toBe(true);
  expect(rig.control.all(pods).every(({ status }) => isPodReady(status))).toBe(true);
  await rig.settle();
  expect(rig.control.all(pods).map(({ metadata }) => metadata.uid)).toEqual(before);
  expect(rig.cluster.record.entries.filter(({ by }) => by !== "control")).toEqual([]);
});

test("the demo has one budget that can never allow, over a pod of the blocked node", async () => {
  await using rig = new Rig();
  const demo = demoCluster();
  rig.control.build(demo.sketch);
  const never = rig.control.all(budgets).filter((budget) => canEverAllow(budget) === false);
  expect(never.map(({ metadata }) => metadata.name)).toEqual(["licence"]);
  const apps = (node: string) => rig.control.podsOn(node).map(({ metadata }) => metadata.labels?.["app"] ?? "");
  expect(apps(demo.blockedNode)).toContain("licence");
  expect(apps(demo.easyNode).toSorted()).toEqual(["db", "log-agent", "web", "web", "web", "worker", "worker"]);
  expect(apps(demo.guardedNode)).toContain("debug-shell");
});

test("the easy node of the demo drains in 15 to 20 s at best", async () => {
  await using rig = new Rig();
  const demo = demoCluster();
  rig.control.build(demo.sketch);
  const took = await drainEagerly(rig, demo.easyNode);
  expect(took).toBeGreaterThan(15_000);
  expect(took).toBeLessThan(20_000);
  await rig.settle();
  expect(rig.control.podsOn(demo.easyNode).map(({ metadata }) => metadata.labels?.["app"])).toEqual(["log-agent"]);
});

test("a random cluster is the same for the same seed, and another for another", () => {
  expect(randomCluster(seededRandom("7"))).toEqual(randomCluster(seededRandom("7")));
  expect(randomCluster(seededRandom("7"))).not.toEqual(randomCluster(seededRandom("8")));
});

test("forty random clusters can be built and come to rest", async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    await using rig = new Rig({ seed: `${seed}` });
    const sketch = randomCluster(seededRandom(`${seed}`));
    rig.control.build(sketch);
    await rig.settle();
    expect(rig.control.all(nodes).length).toBe(sketch.nodes.length);
    const stuck = rig.control.all(pods).filter(({ spec, status }) => (spec.nodeName ?? "") === "" && status?.conditions === undefined);
    expect(stuck, `seed ${seed}: pods that nobody tried to schedule`).toEqual([]);
  }
});
