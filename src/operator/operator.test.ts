import { describe, expect, test } from "vitest";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import { nodes } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }, { name: "o" }],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["n", "n", "m", "m"], pod: { ready: 1_000, gone: 1_000 } },
    { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
};

/** What anybody may have changed of the node. */
function marksOf(world: OperatorWorld, name = "n"): object {
  const { spec, metadata } = world.control.find(nodes, { name }) ?? {};
  return { spec, labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {} };
}

describe("a Maintenance", () => {
  test("takes its node out, keeps it out, and brings it back exactly as it was", async () => {
    const world = new OperatorWorld(sketch);
    const before = marksOf(world);
    await using _operator = await world.begin();
    world.maintain("os-patch", { nodeName: "n", reason: "kernel" });
    const drained = await world.reach("os-patch", "Drained");
    expect(world.world.evictions).toHaveLength(2);
    expect(drained.status?.progress).toMatchObject({ total: 2, done: 2, left: 0, percent: 100 });
    expect(world.control.find(nodes, { name: "n" })?.spec?.unschedulable).toBe(true);
    world.edit("os-patch", { desired: "In" });
    await world.reach("os-patch", "Finished");
    expect(marksOf(world)).toEqual(before);
  });

  test("that is deleted while its node is emptied stops at once, and undoes what it did", async () => {
    const world = new OperatorWorld(sketch);
    const before = marksOf(world);
    await using _operator = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.world.reach(() => world.world.evictions.length === 1);
    world.remove("os-patch");
    await world.world.reach(() => world.seen("os-patch") === undefined);
    expect(marksOf(world)).toEqual(before);
    await world.world.elapse(60_000);
    expect(world.world.evictions).toHaveLength(1);
  });

  test("that is paused asks nobody, and goes on when it is resumed", async () => {
    const world = new OperatorWorld(sketch);
    await using _operator = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.world.reach(() => world.world.evictions.length === 1);
    world.edit("os-patch", { paused: true });
    await world.reach("os-patch", "Paused");
    await world.world.elapse(60_000);
    expect(world.world.evictions).toHaveLength(1);
    world.edit("os-patch", { paused: false });
    await world.reach("os-patch", "Drained");
    expect(world.world.evictions).toHaveLength(2);
  });

  test("that is cancelled puts its node back without checks", async () => {
    const world = new OperatorWorld(sketch);
    const before = marksOf(world);
    await using _operator = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.world.reach(() => world.world.evictions.length === 1);
    world.edit("os-patch", { cancelled: true });
    await world.reach("os-patch", "Finished");
    expect(marksOf(world)).toEqual(before);
  });

  test("whose drain is edited under way goes on by the new words", async () => {
    const world = new OperatorWorld({ ...sketch, pods: [{ namespace: "web", name: "bare", on: "n" }] });
    await using _operator = await world.begin();
    world.maintain("os-patch", { nodeName: "n", drain: { allow: ["partial"] } });
    await world.reach("os-patch", "Blocked");
    expect(world.seen("os-patch")?.status?.blockers).toMatchObject([{ object: expect.stringContaining("bare"), endsBy: "person" }]);
    world.edit("os-patch", { drain: { allow: ["partial", "unmanaged"] } });
    await world.reach("os-patch", "Drained");
    expect(world.world.evictions).toHaveLength(3);
  });

  test("whose rules begin to ask for labels of namespaces under way obeys them: none was read for it before", async () => {
    const world = new OperatorWorld({ ...sketch, pods: [{ namespace: "web", name: "bare", on: "n" }] });
    await using _operator = await world.begin();
    world.maintain("os-patch", { nodeName: "n", drain: { allow: ["partial"] } });
    await world.reach("os-patch", "Blocked");
    const namespaces = { selector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } };
    world.edit("os-patch", { drain: { allow: ["partial", "unmanaged"], rules: [{ namespaces, action: "stay" }] } });
    await world.reach("os-patch", "Drained");
    expect(world.world.evictions).toHaveLength(2);
  });
});

test("what a deleted object has to tell is told before it is gone", async () => {
  const world = new OperatorWorld(sketch);
  await using _operator = await world.begin();
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Drained");
  world.notices.length = 0;
  world.remove("os-patch");
  await world.world.reach(() => world.seen("os-patch") === undefined);
  await world.world.elapse(1_000);
  expect(world.notices.map(({ reason }) => reason)).toContain("Returned");
});

test("a drain that cannot be understood is said to be so, and touches nothing", async () => {
  const world = new OperatorWorld(sketch);
  const before = marksOf(world);
  await using _operator = await world.begin();
  world.maintain("os-patch", { nodeName: "n", timeout: "1m", drain: { deadline: "2m", allow: ["budget-violation", "partial"] } });
  const blocked = await world.reach("os-patch", "Blocked");
  expect(blocked.status?.message).toContain("spec.timeout");
  expect(marksOf(world)).toEqual(before);
});

test("of two Maintenances of one node created in the same moment the older one works, and the other one says why it does not", async () => {
  const world = new OperatorWorld(sketch);
  await using _operator = await world.begin();
  world.maintain("first", { nodeName: "n" });
  await world.world.elapse(1_000);
  world.maintain("second", { nodeName: "n" });
  await world.reach("first", "Drained");
  const second = await world.reach("second", "Blocked");
  expect(second.status?.message).toContain("first");
  world.edit("first", { desired: "In" });
  await world.reach("first", "Finished");
  await world.reach("second", "Drained");
});
