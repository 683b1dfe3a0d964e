import { expect, test } from "vitest";
import { canEverAllow } from "../kube/budget-arithmetic.ts";
import { isNodeReady } from "../kube/node.ts";
import { isPodReady } from "../kube/pod.ts";
import { budgets, nodes, pods } from "../kube/resource.ts";
import { demoCluster, demoNode } from "./demo-cluster.ts";
import { Rig } from "./testing/rig.ts";

test("the demo is up at once, and stays as it is while nobody touches it", async () => {
  await using rig = new Rig();
  rig.control.build(demoCluster);
  const before = rig.control.all(pods).map(({ metadata }) => metadata.uid);
  expect(rig.control.all(nodes).every(({ status }) => isNodeReady(status))).toBe(true);
  expect(rig.control.all(pods).every(({ status }) => isPodReady(status))).toBe(true);
  await rig.settle();
  expect(rig.control.all(pods).map(({ metadata }) => metadata.uid)).toEqual(before);
  expect(rig.cluster.record.entries.filter(({ by }) => by !== "control")).toEqual([]);
});

test("the demo has one budget that can never allow, over a pod of the node that is taken out", async () => {
  await using rig = new Rig();
  rig.control.build(demoCluster);
  const never = rig.control.all(budgets).filter((budget) => canEverAllow(budget) === false);
  expect(never.map(({ metadata }) => metadata.name)).toEqual(["db"]);
  const apps = rig.control.podsOn(demoNode).map(({ metadata }) => metadata.labels?.["app"] ?? "");
  expect(apps.toSorted()).toEqual(["cache", "db", "node-exporter", "web", "web", "web", "web"]);
});
