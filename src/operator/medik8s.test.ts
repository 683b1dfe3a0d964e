import { describe, expect, test } from "vitest";
import { drainTaint, excludeLabel, NodeMaintenanceWorld, unschedulableTaint } from "../../test/support/node-maintenance-world.ts";
import { type NodeMaintenance, nodeMaintenanceFinalizer, nodeMaintenances } from "../api/node-maintenance.ts";
import { budgets } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

// What the Node Maintenance Operator's own suite asks of its controller (internal/controller/nodemaintenance_controller_test.go): C1 to C12, in
// its order; and E5, the course of a maintenance in its end-to-end suite.

const other = "NodeHealthCheck-worker";
const heldByOther = `can't update or invalidate the lease because it is held by different owner: ${other}`;
const notObtained = "failed to obtain a lease that is not owned by us";
const notExtended = "failed to extend a lease that used to be owned by us";

const pod = (name: string, gone = 20_000): ClusterSketch["pods"][number] => ({ namespace: "test", name, on: "n", gone });
const two: Partial<ClusterSketch> = { nodes: [{ name: "n" }, { name: "m" }], pods: [pod("one"), pod("two")] };

describe("a NodeMaintenance", () => {
  test("C1: counts the node's pods when it begins", async () => {
    const world = new NodeMaintenanceWorld(two);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => world.statusOf("nm").evictionPods !== undefined);
    const status = world.statusOf("nm");
    expect(status).toMatchObject({ phase: "Running", evictionPods: 2, totalpods: 2, lastUpdate: expect.stringMatching(/Z$/) });
    expect(new Set(status.pendingPods)).toEqual(new Set(["one", "two"]));
    expect(status.pendingPodsRefs).toHaveLength(2);
    expect(status.pendingPodsRefs).toContainEqual({ namespace: "test", name: "one" });
    expect(status).not.toHaveProperty("drainProgress");
  });

  test("C2: is owned by nobody, so that it outlives its Node as the original's does", async () => {
    const world = new NodeMaintenanceWorld(two);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    expect(world.nm("nm").metadata.ownerReferences ?? []).toEqual([]);
    world.control.node("n").delete();
    await world.becomes("nm", "Failed");
    await world.world.elapse(600_000);
    expect(world.statusOf("nm").lastError).toBe('nodes "n" not found');
  });

  test("C3: whose status has a phase is not begun anew", async () => {
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "m" }] });
    world.put("nm", "n");
    world.writeStatus("nm", { phase: "Failed" });
    await using _ = await world.begin();
    await world.world.elapse(60_000);
    const status = world.statusOf("nm");
    expect(status.phase).toBe("Failed");
    for (const count of ["evictionPods", "totalpods", "pendingPods", "drainProgress"]) expect(status).not.toHaveProperty(count);
    expect(world.told).not.toContain("BeginMaintenance");
  });

  test("C4, C5: leaves labels and taints that others have on the node", async () => {
    const taints = [{ key: "test", value: "crash", effect: "PreferNoSchedule" as const }];
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "n", labels: { mine: "yes" }, taints }] });
    const before = world.marks();
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    expect(world.node().metadata.labels).toMatchObject({ mine: "yes", [excludeLabel]: "true" });
    expect(world.node().spec?.taints).toEqual([unschedulableTaint, drainTaint, ...taints]);
    world.discard("nm");
    await world.goes("nm");
    expect(world.marks()).toEqual(before);
  });

  test("C6: takes its node out, and by its deletion back", async () => {
    const world = new NodeMaintenanceWorld(two);
    const before = world.marks();
    await using _ = await world.begin();
    world.put("nm", "n");
    const status = await world.becomes("nm", "Succeeded");
    expect(status).toMatchObject({ evictionPods: 2, totalpods: 2, drainProgress: 100 });
    for (const absent of ["pendingPods", "pendingPodsRefs", "lastError", "errorOnLeaseCount"]) expect(status).not.toHaveProperty(absent);
    expect(world.node().spec).toMatchObject({ unschedulable: true, taints: [unschedulableTaint, drainTaint] });
    expect(world.node().metadata.labels?.[excludeLabel]).toBe("true");
    expect(world.nm("nm").metadata.finalizers).toEqual([nodeMaintenanceFinalizer]);
    world.discard("nm");
    await world.goes("nm");
    await world.tells("RemovedMaintenance");
    expect(world.marks()).toEqual(before);
    expect(world.told).toEqual(["BeginMaintenance", "OutOfScheduling", "SucceedMaintenance", "UncordonNode", "RemovedMaintenance"]);
  });

  test("C7: of a node that is not there has failed, and begins when it registers", async () => {
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "m" }] });
    await using _ = await world.begin();
    world.put("nm", "non-existing");
    const status = await world.becomes("nm", "Failed");
    expect(status.lastError).toBe('nodes "non-existing" not found');
    for (const count of ["evictionPods", "totalpods", "pendingPods", "drainProgress"]) expect(status).not.toHaveProperty(count);
    await world.tells("FailedMaintenance");
    expect(world.told).toEqual(["BeginMaintenance", "FailedMaintenance"]);
    world.control.addNode({ name: "non-existing" });
    expect(await world.becomes("nm", "Succeeded")).not.toHaveProperty("lastError");
  });

  test("C8: whose lease another holds from the start waits, and touches nothing", async () => {
    const world = new NodeMaintenanceWorld(two);
    const before = world.marks();
    world.lease("n", other);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.elapse(600_000);
    const status = world.statusOf("nm");
    expect(status).toMatchObject({ phase: "Running", lastError: `${notObtained} : ${heldByOther} errorOnLeaseCount 0` });
    expect(status).not.toHaveProperty("errorOnLeaseCount");
    expect(status).not.toHaveProperty("drainProgress");
    expect(world.told).toEqual(["BeginMaintenance"]);
    expect(world.marks()).toEqual(before);
  });

  test("C9: goes on at once when the other gives the lease back", async () => {
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "n" }] });
    world.lease("n", other);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.elapse(30_000);
    const freedAt = world.world.clock.now();
    world.freeLease("n");
    await world.world.reach(() => world.leaseOf("n")?.holderIdentity === "node-maintenance");
    expect(world.world.clock.now() - freedAt).toBeLessThanOrEqual(1_000);
    const status = await world.becomes("nm", "Succeeded");
    expect(status).toMatchObject({ drainProgress: 100 });
    expect(status).not.toHaveProperty("errorOnLeaseCount");
    expect(world.node().spec).toMatchObject({ unschedulable: true, taints: [unschedulableTaint, drainTaint] });
    await world.tells("SucceedMaintenance");
    expect(world.told).not.toContain("FailedMaintenance");
  });

  test("C10: counts while its lease is lost, asks no pod meanwhile, and goes on when it has it again", async () => {
    const never = [{ namespace: "test", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 0 } }];
    const kept = { namespace: "test", name: "kept", on: "n", labels: { app: "web" } };
    const world = new NodeMaintenanceWorld({ ...two, pods: [...(two.pods ?? []), kept], budgets: never });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => (world.statusOf("nm").drainProgress ?? 0) > 0);
    world.lease("n", other);
    await world.world.reach(() => world.statusOf("nm").errorOnLeaseCount === 2);
    expect(world.statusOf("nm")).toMatchObject({
      phase: "Running",
      lastError: `${notExtended}, incrementing error on lease count: ${heldByOther}, errorOnLeaseCount: 2`,
    });
    const asked = world.world.evictions.length;
    world.freeLease("n");
    await world.world.reach(() => world.statusOf("nm").errorOnLeaseCount === undefined);
    expect(world.world.evictions).toHaveLength(asked);
    world.control.remove(budgets, { namespace: "test", name: "web" });
    expect(await world.becomes("nm", "Succeeded")).not.toHaveProperty("lastError");
    expect(world.told).not.toContain("FailedMaintenance");
  });

  test("C11: lets its node go while somebody else's finalizer keeps it", async () => {
    const world = new NodeMaintenanceWorld(two);
    const before = world.marks();
    await using _ = await world.begin();
    world.put("nm", "n", { finalizers: ["test/blocker"] });
    await world.becomes("nm", "Succeeded");
    world.discard("nm");
    await world.world.reach(() => world.nm("nm").metadata.finalizers?.includes(nodeMaintenanceFinalizer) === false);
    expect(world.nm("nm").metadata.finalizers).toEqual(["test/blocker"]);
    await world.world.elapse(600_000);
    expect(world.marks()).toEqual(before);
    world.control.edit<NodeMaintenance>(nodeMaintenances, { name: "nm" }, { kind: "merge", body: { metadata: { finalizers: null } } });
    expect(world.isGone("nm")).toBe(true);
    expect(world.told.filter((reason) => reason === "RemovedMaintenance")).toHaveLength(1);
  });

  test("C12: that has lost its lease for good has failed, and keeps its node out: it goes on when the other has gone", async () => {
    const world = new NodeMaintenanceWorld(two);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    await world.world.elapse(60_000);
    const out = world.marks();
    expect(JSON.stringify(out)).toContain("provenAt");
    world.lease("n", other);
    const status = await world.becomes("nm", "Failed");
    expect(status).toMatchObject({
      drainProgress: 100,
      errorOnLeaseCount: 4,
      lastError: "maintenance failed: lease could not be extended after 4 attempts",
    });
    await world.tells("FailedMaintenance");
    expect(world.marks()).toEqual(out); // the original would put a node back on which the other works
    world.freeLease("n");
    const back = await world.becomes("nm", "Succeeded");
    for (const absent of ["errorOnLeaseCount", "lastError"]) expect(back).not.toHaveProperty(absent);
  });

  test("E5: takes a worker out whose pods end slowly, with its lease, and leaves nothing of itself", async () => {
    const web = {
      kind: "Deployment",
      namespace: "test",
      name: "web",
      replicas: 2,
      on: ["n", "m"],
      pod: { grace: 80, gone: 80_000 },
    } as const;
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "n" }, { name: "m" }], workloads: [web] });
    const before = world.marks();
    await using _ = await world.begin();
    const began = world.world.clock.now();
    world.put("nm", "n");
    await world.world.reach(() => world.statusOf("nm").pendingPods?.length === 1);
    expect(world.node().spec).toMatchObject({ unschedulable: true, taints: [unschedulableTaint, drainTaint] });
    expect(world.leaseOf("n")).toMatchObject({ holderIdentity: "node-maintenance", leaseDurationSeconds: 3_600, leaseTransitions: 0 });
    expect(world.leaseOf("n")?.acquireTime).toBe(world.leaseOf("n")?.renewTime);
    await world.becomes("nm", "Succeeded");
    const took = world.world.clock.now() - began;
    expect(took).toBeGreaterThanOrEqual(80_000);
    expect(took).toBeLessThan(85_000);
    expect(world.world.evictions).toHaveLength(1);
    expect(world.control.podsOn("m")).toHaveLength(2);
    world.discard("nm");
    await world.goes("nm");
    expect(world.marks()).toEqual(before);
    expect(world.leaseOf("n")).toBeUndefined();
    await world.tells("RemovedMaintenance");
  });
});
