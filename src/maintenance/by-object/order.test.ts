import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import { nodes } from "../../kube/resource.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { orderNodes, type OrderOptions, type Waiting } from "./order.ts";
import type { ObjectsOutcome } from "./outcome.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["n", "n", "m", "m"], pod: { ready: 1_000, gone: 1_000 } },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
};
const withBarePod: Partial<ClusterSketch> = { ...sketch, pods: [{ namespace: "web", name: "bare", on: "n" }] };

async function order(world: OperatorWorld, what: OrderOptions["order"], o: Partial<OrderOptions> = {}): Promise<ObjectsOutcome> {
  const options = { order: what, choice: { nodes: ["n"], maintenances: [] }, follow: true, report: () => {}, ...o };
  return await world.world.until(orderNodes(world.world.surroundings(), options));
}

async function blocked(world: OperatorWorld): Promise<void> {
  world.maintain("os-patch", { nodeName: "n", drain: { allow: ["partial"] } });
  await world.reach("os-patch", "Blocked");
}

test("pause is answered by Paused, and resume by going on", async () => {
  const world = new OperatorWorld(sketch);
  await using _ = await world.begin();
  world.maintain("os-patch", { nodeName: "n" });
  await world.world.reach(() => world.world.evictions.length === 1);
  expect(await order(world, "pause")).toMatchObject({
    ends: [{ node: "n", name: "os-patch", end: "reached", object: { status: { phase: "Paused" } } }],
  });
  await world.world.elapse(60_000);
  expect(world.world.evictions).toHaveLength(1);
  const resumed = await order(world, "resume", { choice: { nodes: [], maintenances: ["os-patch"] } });
  expect(resumed).toMatchObject({ ends: [{ node: "n", end: "reached" }] });
  await world.reach("os-patch", "Drained");
});

test("cancel ends when the node is as it was", async () => {
  const world = new OperatorWorld(sketch);
  await using _ = await world.begin();
  world.maintain("os-patch", { nodeName: "n" });
  await world.world.reach(() => world.world.evictions.length === 1);
  expect(await order(world, "cancel")).toMatchObject({ ends: [{ end: "reached", object: { status: { phase: "Finished" } } }] });
  expect(world.control.find(nodes, { name: "n" })?.spec?.unschedulable ?? false).toBe(false);
});

test("retry is answered when it was carried out, however often it is asked within a second", async () => {
  const world = new OperatorWorld(withBarePod);
  await using _ = await world.begin();
  await blocked(world);
  const first = await order(world, "retry");
  expect(first).toMatchObject({ ends: [{ end: "reached" }] });
  const retried = world.seen("os-patch")?.status?.retried ?? "";
  expect(await order(world, "retry")).toMatchObject({ ends: [{ end: "reached" }] });
  expect((world.seen("os-patch")?.status?.retried ?? "") > retried).toBe(true);
});

describe("approve", () => {
  test("by name adds to what was agreed to, and it goes on", async () => {
    const world = new OperatorWorld(withBarePod);
    await using _ = await world.begin();
    await blocked(world);
    expect(await order(world, "approve", { consents: ["unmanaged"] })).toMatchObject({ ends: [{ end: "reached" }] });
    expect(world.seen("os-patch")?.spec.drain?.allow).toEqual(["partial", "unmanaged"]);
    await world.reach("os-patch", "Drained");
  });

  test("without a name gives exactly what is waited for, once somebody agrees to that", async () => {
    const world = new OperatorWorld(withBarePod);
    await using _ = await world.begin();
    await blocked(world);
    const shown: Waiting[] = [];
    const agree = async (waits: readonly Waiting[]): Promise<boolean> => await Promise.resolve(shown.push(...waits) > 0);
    await order(world, "approve", { agree });
    expect(shown).toMatchObject([{ consents: ["unmanaged"] }]);
    expect(world.seen("os-patch")?.spec.drain?.allow).toEqual(["partial", "unmanaged"]);
  });

  test("a no changes nothing, and nobody to ask is a no", async () => {
    const world = new OperatorWorld(withBarePod);
    await using _ = await world.begin();
    await blocked(world);
    expect(await order(world, "approve")).toEqual({ kind: "stopped-before", why: "declined" });
    expect(world.seen("os-patch")?.spec.drain?.allow).toEqual(["partial"]);
  });

  test("of what waits for no consent says so", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.reach("os-patch", "Drained");
    expect(await order(world, "approve")).toEqual({ kind: "nothing-to-approve", targets: ["n"] });
  });
});

test("one target without a maintenance under way means that nothing is written for any", async () => {
  const world = new OperatorWorld(sketch);
  await using _ = await world.begin();
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Drained");
  const choice = { nodes: ["n", "m"], maintenances: ["other"] };
  expect(await order(world, "pause", { choice })).toEqual({ kind: "not-in-maintenance", targets: ["m", "maintenance/other"], all: false });
  expect(world.phase("os-patch")).toBe("Drained");
});

test("where the kind is not served nothing is under way", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }] });
  const options = { order: "pause", choice: { nodes: ["n"], maintenances: [] }, follow: false, report: () => {} } as const;
  expect(await world.until(orderNodes(world.surroundings(), options))).toEqual({ kind: "not-in-maintenance", targets: ["n"], all: true });
});
