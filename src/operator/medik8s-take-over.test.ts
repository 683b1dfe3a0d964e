import { describe, expect, test } from "vitest";
import { drainTaint, excludeLabel, NodeMaintenanceWorld } from "../../test/support/node-maintenance-world.ts";
import type { NodeMaintenanceStatus } from "../api/node-maintenance.ts";
import type { Lease } from "../kube/lease.ts";
import { leases, nodes } from "../kube/resource.ts";
import { formatMicroTime } from "../kube/time.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { predecessorLease } from "./manifests/names.ts";

// Objects that the Node Maintenance Operator began, and the moment from which on they are Drydock's.

const team = { key: "team", value: "a", effect: "NoSchedule" as const };
const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n", labels: { mine: "yes" }, taints: [team] }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"], pod: { gone: 5_000 } }],
};
const running: NodeMaintenanceStatus = { phase: "Running", evictionPods: 4, totalpods: 6, drainProgress: 50, pendingPods: ["a", "b"] };
const succeeded: NodeMaintenanceStatus = { phase: "Succeeded", evictionPods: 4, totalpods: 6, drainProgress: 100 };

/** Of the other operator, as the leader it is for `seconds` from now. */
function leads(world: NodeMaintenanceWorld, seconds: number): void {
  const at = { namespace: "node-maintenance", name: predecessorLease };
  const time = formatMicroTime(world.world.clock.now());
  const spec = { holderIdentity: "nmo-1_abc", leaseDurationSeconds: seconds, acquireTime: time, renewTime: time, leaseTransitions: 0 };
  if (world.control.find(leases, at) !== undefined) world.control.edit(leases, at, { kind: "merge", body: { spec } });
  else {
    world.control.addNamespace(at.namespace);
    world.control.create<Lease>(leases, { metadata: { name: at.name }, spec }, { namespace: at.namespace });
  }
}

describe("a NodeMaintenance that the Node Maintenance Operator began", () => {
  test.each([
    ["Running", running],
    ["Succeeded", succeeded],
  ])("and left as %s goes on, and by its deletion puts its node back", async (_, status) => {
    const world = new NodeMaintenanceWorld(sketch);
    const before = world.marks();
    world.takeOutAsTheOriginal("n");
    world.putOfTheOriginal("nm", "n", status);
    await using _operator = await world.begin();
    await world.world.reach(() => world.control.podsOn("n").length === 0);
    const { adopted, evictionPods, totalpods } = await world.becomes("nm", "Succeeded");
    expect({ adopted, evictionPods, totalpods }).toEqual({ adopted: true, evictionPods: 4, totalpods: 6 });
    expect(world.told).not.toContain("BeginMaintenance");
    expect(world.leaseOf("n")).toMatchObject({ holderIdentity: "node-maintenance", leaseTransitions: 0 });
    world.discard("nm");
    await world.goes("nm");
    await world.tells("RemovedMaintenance");
    expect(world.told).toContain("UncordonNode");
    expect(world.marks()).toEqual(before);
    expect(world.leaseOf("n")).toBeUndefined();
  });

  test("and that was deleted while nobody looked after it puts its node back", async () => {
    const world = new NodeMaintenanceWorld(sketch);
    const before = world.marks();
    world.takeOutAsTheOriginal("n");
    world.putOfTheOriginal("nm", "n", running);
    world.discard("nm");
    await using _ = await world.begin();
    await world.goes("nm");
    await world.tells("RemovedMaintenance");
    expect(world.told).toEqual(["UncordonNode", "RemovedMaintenance"]);
    expect(world.marks()).toEqual(before);
    expect(world.world.evictions).toEqual([]);
    expect(world.leaseOf("n")).toBeUndefined();
  });

  test("and that failed for want of its node can be deleted", async () => {
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "m" }] });
    world.putOfTheOriginal("nm", "n", { phase: "Failed", lastError: 'nodes "n" not found' });
    await using _ = await world.begin();
    await world.world.elapse(60_000);
    expect(world.statusOf("nm")).toMatchObject({ phase: "Failed", lastError: 'nodes "n" not found' });
    world.discard("nm");
    await world.goes("nm");
  });

  test("and failed when it lost its lease leaves a cordon that came later", async () => {
    const world = new NodeMaintenanceWorld(sketch);
    world.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable: true } } }, {}, "kubectl");
    const lastError = "maintenance failed: lease could not be extended after 4 attempts";
    world.putOfTheOriginal("nm", "n", { ...running, phase: "Failed", errorOnLeaseCount: 4, lastError });
    await using _ = await world.begin();
    await world.becomes("nm", "Succeeded");
    world.discard("nm");
    await world.goes("nm");
    expect(world.node().spec).toMatchObject({ unschedulable: true });
    expect(world.node().spec?.taints).not.toContainEqual(drainTaint);
  });

  test("is known as such by the next process too, whatever the first one wrote", async () => {
    const world = new NodeMaintenanceWorld(sketch);
    const before = world.marks();
    world.takeOutAsTheOriginal("n");
    world.lease("n", "NodeHealthCheck-worker", 120); // so that the first cannot take the node over
    world.putOfTheOriginal("nm", "n", running);
    const first = await world.begin();
    await world.world.reach(() => world.statusOf("nm").observedGeneration !== undefined);
    await first[Symbol.asyncDispose]();
    await using _ = await world.begin();
    await world.world.elapse(200_000);
    expect(world.statusOf("nm").phase).toBe("Succeeded");
    world.discard("nm");
    await world.goes("nm");
    expect(world.marks()).toEqual(before);
  });
});

test("a new NodeMaintenance makes nothing its own that stood on the node before", async () => {
  const world = new NodeMaintenanceWorld(sketch);
  world.takeOutAsTheOriginal("n");
  const before = world.marks();
  await using _ = await world.begin();
  world.put("nm", "n");
  const { adopted } = await world.becomes("nm", "Succeeded");
  expect(adopted).toBeUndefined();
  world.discard("nm");
  await world.goes("nm");
  expect(world.marks()).toEqual(before);
  expect(world.node().metadata.labels?.[excludeLabel]).toBe("true");
});

describe("while the Node Maintenance Operator leads", () => {
  test("its objects are left as they are, and taken over when its lease has run out", async () => {
    const world = new NodeMaintenanceWorld(sketch);
    leads(world, 137);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.elapse(130_000);
    expect(world.nm("nm")).not.toHaveProperty("status");
    expect(world.nm("nm").metadata.finalizers ?? []).toEqual([]);
    leads(world, 137); // it renews
    await world.world.elapse(130_000);
    expect(world.nm("nm")).not.toHaveProperty("status");
    expect(world.node().spec?.unschedulable).not.toBe(true);
    await world.world.elapse(30_000);
    expect(world.statusOf("nm").phase).toBe("Succeeded");
  });

  test("Drydock's own objects are looked after all the same", async () => {
    const world = new NodeMaintenanceWorld(sketch);
    leads(world, 3_600);
    await using _ = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    const { status } = await world.reach("os-patch", "Drained");
    expect(status?.progress).toMatchObject({ done: 2, left: 0 });
  });

  test("that comes back stops what goes on: nothing more is asked or written", async () => {
    const world = new NodeMaintenanceWorld({
      ...sketch,
      budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
    });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => world.world.evictions.length === 1);
    leads(world, 60);
    await world.world.elapse(5_000);
    const { resourceVersion } = world.nm("nm").metadata;
    await world.world.elapse(50_000);
    expect(world.world.evictions).toHaveLength(1);
    expect(world.nm("nm").metadata.resourceVersion).toBe(resourceVersion);
    await world.world.elapse(60_000);
    expect(world.statusOf("nm").phase).toBe("Succeeded");
  });
});
