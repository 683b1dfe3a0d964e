import { describe, expect, test } from "vitest";
import { drainTaint, NodeMaintenanceWorld, unschedulableTaint } from "../../test/support/node-maintenance-world.ts";
import type { NodeMaintenanceStatus } from "../api/node-maintenance.ts";
import { parseTime } from "../kube/time.ts";
import { budgets, nodes } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

// What may befall a NodeMaintenance and no suite of the original asks about.

const hour = 3_600_000;
const both = [{ name: "n" }, { name: "m" }];
const bare = (name: string, gone: number, labels = {}): ClusterSketch["pods"][number] => ({
  namespace: "test",
  name,
  on: "n",
  gone,
  labels,
});
const cordon = (world: NodeMaintenanceWorld, unschedulable: boolean | null): void => {
  world.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable } } }, {}, "kubectl");
};

describe("a NodeMaintenance", () => {
  test("whose node somebody had cordoned leaves that cordon, and says so", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    cordon(world, true);
    const first = await world.begin();
    world.put("nm", "n");
    const { conditions } = await world.becomes("nm", "Succeeded");
    expect(conditions).toContainEqual(expect.objectContaining({ type: "OutOfService", status: "True", reason: "CordonedBefore" }));
    await first[Symbol.asyncDispose]();
    world.discard("nm");
    await using _ = await world.begin();
    await world.goes("nm");
    await world.tells("RemovedMaintenance");
    expect(world.told).not.toContain("UncordonNode");
    const { spec, metadata } = world.node();
    expect(spec?.unschedulable).toBe(true);
    expect(spec?.taints ?? []).not.toContainEqual(drainTaint);
    expect(metadata.annotations ?? {}).toEqual({});
  });

  test("whose node had a value of the label of remediation puts that back", async () => {
    const key = "remediation.medik8s.io/exclude-from-remediation";
    const world = new NodeMaintenanceWorld({ nodes: [{ name: "n", labels: { [key]: "" } }] });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    expect(world.node().metadata.labels?.[key]).toBe("true");
    world.discard("nm");
    await world.goes("nm");
    expect(world.node().metadata.labels?.[key]).toBe("");
  });

  test("whose node is deleted under way fails, and takes the machine that registers in its place out as well", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both, pods: [bare("slow", 60_000)] });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => world.world.evictions.length === 1);
    world.control.node("n").delete();
    expect((await world.becomes("nm", "Failed")).lastError).toBe('nodes "n" not found');
    await world.world.elapse(600_000);
    // It belonged to the Node and went with it; made anew it would go again, and again.
    expect(world.leaseOf("n")).toBeUndefined();
    const { calls } = world.world.cluster.record;
    expect(calls.filter(({ verb, resource }) => verb === "create" && resource === "leases.coordination.k8s.io")).toHaveLength(1);
    const { uid } = world.control.node("n").register().metadata;
    await world.becomes("nm", "Succeeded");
    expect(world.node().metadata.uid).toBe(uid);
    expect(world.node().spec?.unschedulable).toBe(true);
    expect(world.node().spec?.taints).toContainEqual(drainTaint);
    world.discard("nm");
    await world.goes("nm");
    expect(world.node().spec?.unschedulable).not.toBe(true);
    expect(world.leaseOf("n")).toBeUndefined();
  });

  test("of a node that is gone can be deleted, and gives its lease back", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    world.control.node("n").delete();
    await world.becomes("nm", "Failed");
    world.discard("nm");
    await world.goes("nm");
    expect(world.leaseOf("n")).toBeUndefined();
  });

  test("keeps its lease for as long as it lasts: at any time of three hours it has forty minutes left", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    await world.tells("SucceedMaintenance");
    const { acquireTime } = world.leaseOf("n") ?? {};
    const told = world.told.length;
    const { resourceVersion } = world.nm("nm").metadata;
    const renewals = new Set<string>();
    let least = hour;
    const end = world.world.clock.now() + 3 * hour;
    let isOver = false;
    world.world.clock.timer(3 * hour, () => {
      isOver = true;
    });
    await world.world.reach(() => {
      const renewed = world.leaseOf("n")?.renewTime ?? "";
      renewals.add(renewed);
      least = Math.min(least, (parseTime(renewed) ?? 0) + hour - world.world.clock.now());
      return isOver;
    });
    expect(world.world.clock.now()).toBe(end);
    expect(least).toBeGreaterThanOrEqual((2 * hour) / 3 - 5_000);
    expect(renewals.size).toBeGreaterThanOrEqual(9);
    expect(world.leaseOf("n")).toMatchObject({ holderIdentity: "node-maintenance", acquireTime, leaseTransitions: 0 });
    expect(world.told).toHaveLength(told);
    expect(world.nm("nm").metadata.resourceVersion).toBe(resourceVersion);
  });

  test("takes the lease over that another let run out, and counts that", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    world.lease("n", "NodeHealthCheck-worker", 600);
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.elapse(590_000);
    expect(world.statusOf("nm").phase).toBe("Running");
    expect(world.node().spec?.unschedulable).not.toBe(true);
    await world.world.elapse(20_000);
    expect(world.statusOf("nm").phase).toBe("Succeeded");
    expect(world.leaseOf("n")).toMatchObject({ holderIdentity: "node-maintenance", leaseTransitions: 1 });
  });

  test("that a budget stops names pod and budget, and goes on when that allows it", async () => {
    const world = new NodeMaintenanceWorld({
      nodes: both,
      workloads: [{ kind: "Deployment", namespace: "test", name: "web", replicas: 1, on: ["n"] }],
      budgets: [{ namespace: "test", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 1 } }],
    });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => world.statusOf("nm").lastError !== undefined);
    const { lastError, blockers, phase } = world.statusOf("nm");
    expect(phase).toBe("Running");
    expect(lastError).toMatch(/^error when evicting pods\/"web-\S+" -n "test": .*\bweb\b/);
    expect(blockers).toMatchObject([{ object: expect.stringMatching(/^Pod\/test\/web-/), message: expect.stringContaining("web") }]);
    await world.world.elapse(hour);
    expect(world.statusOf("nm").phase).toBe("Running");
    expect(world.told).not.toContain("FailedMaintenance");
    world.control.remove(budgets, { namespace: "test", name: "web" });
    expect(await world.becomes("nm", "Succeeded")).not.toHaveProperty("lastError");
    expect(world.statusOf("nm")).not.toHaveProperty("blockers");
  });

  test("that a budget stops is deleted at once", async () => {
    const never = { selector: { matchLabels: { app: "kept" } }, maxUnavailable: 0 };
    const world = new NodeMaintenanceWorld({
      nodes: both,
      pods: [bare("kept", 1_000, { app: "kept" })],
      budgets: [{ namespace: "test", name: "kept", spec: never }],
    });
    const before = world.marks();
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => world.statusOf("nm").lastError !== undefined);
    const began = world.world.clock.now();
    world.discard("nm");
    await world.goes("nm");
    expect(world.world.clock.now() - began).toBeLessThan(2_000);
    expect(world.marks()).toEqual(before);
    expect(world.control.podsOn("n").map(({ metadata }) => metadata.name)).toEqual(["kept"]);
  });

  test("says of its progress what is true: it begins at 0, only grows, and ends at 100", async () => {
    const pods = [5, 10, 15].map((seconds) => bare(`p${seconds}`, seconds * 1_000));
    const world = new NodeMaintenanceWorld({ nodes: both, pods });
    await using _ = await world.begin();
    world.put("nm", "n");
    const seen: NodeMaintenanceStatus[] = [];
    await world.world.reach(() => {
      const status = world.statusOf("nm");
      if (status.evictionPods !== undefined && seen.at(-1)?.lastUpdate !== status.lastUpdate) seen.push(status);
      return status.phase === "Succeeded";
    });
    const steps = [...new Set(seen.map(({ drainProgress = 0 }) => drainProgress))];
    expect(steps).toEqual([0, 33, 66, 100]);
    for (const { drainProgress = 0, pendingPods = [], evictionPods, totalpods } of seen) {
      expect([evictionPods, totalpods]).toEqual([3, 3]);
      expect(drainProgress).toBe(Math.trunc(((3 - pendingPods.length) * 100) / 3));
    }
  });

  test("stays at 0 where more pods come than there were, and never goes below", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both, pods: [bare("first", 30_000)] });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.world.reach(() => world.statusOf("nm").evictionPods === 1);
    for (const name of ["second", "third"]) world.control.addPod(bare(name, 30_000));
    await world.world.reach(() => world.statusOf("nm").pendingPods?.length === 3);
    expect(world.statusOf("nm")).toMatchObject({ evictionPods: 1 });
    expect(world.statusOf("nm")).not.toHaveProperty("drainProgress");
    expect(await world.becomes("nm", "Succeeded")).toMatchObject({ drainProgress: 100 });
    expect(world.world.evictions.length).toBeGreaterThanOrEqual(3);
  });

  test("is Running again where a pod comes after it succeeded, and lets it go too", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    world.control.addPod(bare("late", 5_000));
    await world.becomes("nm", "Running");
    await world.becomes("nm", "Succeeded");
    expect(world.world.evictions).toEqual(["late"]);
  });

  test("lets go of what kubectl drain --force would: pods of DaemonSets and of the kubelet stay", async () => {
    const world = new NodeMaintenanceWorld({
      nodes: both,
      workloads: [
        { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
        { kind: "Deployment", namespace: "test", name: "web", replicas: 1, on: ["n"], pod: { emptyDir: true } },
      ],
      pods: [
        bare("unmanaged", 1_000),
        { namespace: "test", name: "done", on: "n", phase: "Succeeded" },
        { namespace: "kube-system", name: "etcd-n", on: "n", mirror: true },
      ],
    });
    await using _ = await world.begin();
    world.put("nm", "n");
    const status = await world.becomes("nm", "Succeeded");
    expect(status).toMatchObject({ evictionPods: 3, totalpods: 5 });
    const left = world.control.podsOn("n").map(({ metadata }) => metadata.name);
    expect(left).toEqual(expect.arrayContaining(["etcd-n", expect.stringMatching(/^logs-/)]));
    expect(left).toHaveLength(2);
  });

  test("whose node somebody uncordons takes it out again, and says so", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    cordon(world, null);
    await world.world.reach(() => world.node().spec?.unschedulable === true);
    expect(world.node().spec?.taints).toEqual(expect.arrayContaining([unschedulableTaint, drainTaint]));
    await world.tells("HoldUndone");
  });

  test("whose node somebody uncordons again and again gives in for ten minutes, and says so", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    await using _ = await world.begin();
    world.put("nm", "n");
    await world.becomes("nm", "Succeeded");
    for (let time = 1; time <= 3; time += 1) {
      cordon(world, null);
      await world.world.reach(() => world.node().spec?.unschedulable === true);
      await world.world.elapse(10_000);
    }
    cordon(world, null);
    await world.tells("Blocked");
    await world.world.elapse(60_000);
    expect(world.node().spec?.unschedulable).not.toBe(true);
    expect(world.statusOf("nm").conditions).toContainEqual(
      expect.objectContaining({ type: "Blocked", status: "True", reason: "HoldUndone" }),
    );
    await world.world.elapse(1_200_000);
    expect(world.node().spec?.unschedulable).toBe(true);
    expect(world.statusOf("nm").conditions).toContainEqual(expect.objectContaining({ type: "Blocked", status: "False" }));
  });
});
