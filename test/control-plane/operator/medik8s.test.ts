import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heldAnnotation } from "../../../src/cluster/view/held-record.ts";
import type { Node } from "../../../src/kube/node.ts";
import { originalDefinition } from "../../original-node-maintenance.ts";
import { objectPath } from "../fixture/kinds.ts";
import { drainTaint, excludeLabel, finalizer, heldByOther, Medik8sScene, unschedulableTaint } from "./medik8s-scene.ts";

// What the Node Maintenance Operator's own suite asks of its controller (internal/controller/nodemaintenance_controller_test.go), on a real API
// server: C1 to C7 and C10 to C12. C8 and C9 are in ../operator.test.ts. There the controller runs beside an API server without controllers, and
// its lease is a mock; here garbage is collected, nodes are looked after, and the lease is one.

const noCounts = ["evictionPods", "totalpods", "pendingPods", "pendingPodsRefs", "drainProgress"];

let scene: Medik8sScene;

beforeAll(async () => {
  const names = ["c1", "c2", "c4", "c6", "c10", "c11", "c12", "old", "witness"];
  scene = await Medik8sScene.open(
    names.map((name) => `on-${name}`),
    async (before) => {
      // The original's own kind with objects of it, and no webhook: it would refuse nodes that are not there.
      await before.plane.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", originalDefinition);
      while ((await before.plane.request("GET", "/apis/nodemaintenance.medik8s.io/v1beta1/nodemaintenances")).status !== 200);
      await before.create("c3", "on-c3");
      await before.writeStatus("c3", { phase: "Failed" });
      await before.create("c7", "non-existing");
      await before.pods("old", "on-old", ["left"], { hang: true });
      await before.create("old", "on-old");
      await before.plane.call("PATCH", objectPath("nodemaintenances", { name: "old" }), { metadata: { finalizers: [finalizer] } });
      await before.writeStatus("old", { phase: "Running", totalpods: 5, evictionPods: 4, drainProgress: 75, pendingPods: ["left"] });
      const spec = { unschedulable: true, taints: [unschedulableTaint, drainTaint] };
      await before.plane.call("PATCH", objectPath("nodes", { name: "on-old" }), { metadata: { labels: { [excludeLabel]: "true" } }, spec });
    },
  );
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

describe("a NodeMaintenance", () => {
  test.concurrent("C1: counts the node's pods when it begins", async () => {
    await scene.pods("c1", "on-c1", ["one", "two"], { hang: true });
    await scene.create("c1", "on-c1");
    const status = await scene.becomes("c1", ({ evictionPods }) => evictionPods !== undefined);
    expect(status).toMatchObject({ phase: "Running", evictionPods: 2, totalpods: 2, lastUpdate: expect.stringMatching(/Z$/) });
    expect(status.pendingPods?.toSorted()).toEqual(["one", "two"]);
    expect(status.pendingPodsRefs).toHaveLength(2);
    expect(status.pendingPodsRefs).toContainEqual({ namespace: "c1", name: "one" });
    expect(status).not.toHaveProperty("drainProgress");
    await scene.remove("c1");
  });

  test.concurrent("C2: is owned by nobody, so that it outlives its Node as the original's does", async () => {
    await scene.create("c2", "on-c2");
    await scene.reaches("c2", "Succeeded");
    expect((await scene.nm("c2")).metadata.ownerReferences ?? []).toEqual([]);
    const { uid } = (await scene.node("on-c2")).metadata;
    expect((await scene.lease("on-c2")).body.metadata.ownerReferences).toEqual([expect.objectContaining({ kind: "Node", uid })]);
    await scene.plane.call("DELETE", objectPath("nodes", { name: "on-c2" }));
    // What the Node owns is collected with it.
    await scene.leaseBecomes("on-c2", (lease) => lease === undefined);
    expect((await scene.reaches("c2", "Failed")).lastError).toBe('nodes "on-c2" not found');
    expect((await scene.nm("c2")).metadata.deletionTimestamp).toBeUndefined();
    await scene.remove("c2");
  });

  test.concurrent("C3: whose status has a phase is not begun anew", async () => {
    const status = await scene.becomes("c3", ({ observedGeneration }) => observedGeneration !== undefined);
    expect(status.phase).toBe("Failed");
    for (const count of noCounts) expect(status).not.toHaveProperty(count);
    await scene.remove("c3");
    expect(await scene.told("c3", "RemovedMaintenance")).not.toContain("BeginMaintenance");
  });

  test.concurrent("C4, C5: leaves labels and taints that others have on the node", async () => {
    const taints = [{ key: "test", value: "crash", effect: "PreferNoSchedule" }];
    await scene.plane.call("PATCH", objectPath("nodes", { name: "on-c4" }), { metadata: { labels: { mine: "yes" } }, spec: { taints } });
    const before = await scene.marks("on-c4");
    await scene.create("c4", "on-c4");
    await scene.reaches("c4", "Succeeded");
    const { metadata, spec } = await scene.node("on-c4");
    expect(metadata.labels).toMatchObject({ mine: "yes", [excludeLabel]: "true" });
    expect(spec?.taints).toMatchObject([unschedulableTaint, drainTaint, ...taints]);
    await scene.remove("c4");
    expect(await scene.marks("on-c4")).toEqual(before);
  });

  test.concurrent("C6: takes its node out, and by its deletion back", async () => {
    await scene.pods("c6", "on-c6", ["one", "two"]);
    const before = await scene.marks("on-c6");
    await scene.create("c6", "on-c6");
    const status = await scene.reaches("c6", "Succeeded");
    expect(status).toMatchObject({ evictionPods: 2, totalpods: 2, drainProgress: 100 });
    for (const absent of ["pendingPods", "pendingPodsRefs", "lastError", "errorOnLeaseCount"]) expect(status).not.toHaveProperty(absent);
    const { metadata, spec } = await scene.node("on-c6");
    expect(spec).toMatchObject({ unschedulable: true, taints: [unschedulableTaint, drainTaint] });
    expect(metadata.labels?.[excludeLabel]).toBe("true");
    expect((await scene.nm("c6")).metadata.finalizers).toEqual([finalizer]);
    await scene.remove("c6");
    expect(await scene.marks("on-c6")).toEqual(before);
    expect((await scene.told("c6", "RemovedMaintenance")).toSorted()).toEqual(
      ["BeginMaintenance", "OutOfScheduling", "RemovedMaintenance", "SucceedMaintenance"].toSorted(),
    );
    expect(await scene.told("on-c6", "UncordonNode")).toContain("UncordonNode");
  });

  test.concurrent("C7: of a node that is not there has failed, and begins when it registers", async () => {
    const status = await scene.reaches("c7", "Failed");
    expect(status.lastError).toBe('nodes "non-existing" not found');
    for (const count of noCounts) expect(status).not.toHaveProperty(count);
    const told = await scene.told("c7", "BeginMaintenance", "FailedMaintenance");
    expect(told).not.toContain("SucceedMaintenance");
    await scene.plane.createNodes([{ name: "non-existing" }]);
    expect(await scene.reaches("c7", "Succeeded")).not.toHaveProperty("lastError");
    expect((await scene.node("non-existing")).spec).toMatchObject({ unschedulable: true });
    await scene.remove("c7");
  });

  test.concurrent("C10: counts while its lease is lost, asks no pod meanwhile, and goes on when it has it again", async () => {
    await scene.plane.createBudget({ namespace: "c10", name: "kept", minAvailable: 1 });
    await scene.pods("c10", "on-c10", ["one", "two", "kept"]);
    await scene.create("c10", "on-c10");
    expect((await scene.becomes("c10", ({ drainProgress = 0 }) => drainProgress > 0)).phase).toBe("Running");
    await scene.becomes("c10", ({ drainProgress }) => drainProgress === 66);
    await scene.seize("on-c10");
    await scene.becomes("c10", ({ errorOnLeaseCount }) => errorOnLeaseCount === 1);
    const asked = await scene.asked("c10");
    const lost = await scene.becomes("c10", ({ errorOnLeaseCount }) => errorOnLeaseCount === 2);
    const words = "failed to extend a lease that used to be owned by us, incrementing error on lease count";
    expect(lost).toMatchObject({ phase: "Running", lastError: `${words}: ${heldByOther}, errorOnLeaseCount: 2` });
    expect(await scene.asked("c10")).toEqual(asked);
    await scene.giveBack("on-c10");
    await scene.becomes("c10", ({ errorOnLeaseCount }) => errorOnLeaseCount === undefined);
    await scene.plane.call("DELETE", objectPath("poddisruptionbudgets", { namespace: "c10", name: "kept" }));
    expect(await scene.reaches("c10", "Succeeded")).not.toHaveProperty("lastError");
    expect(await scene.told("c10", "LeaseLost", "LeaseRegained", "SucceedMaintenance")).not.toContain("FailedMaintenance");
    await scene.remove("c10");
  });

  test.concurrent("C11: lets its node go while somebody else's finalizer keeps it", async () => {
    const before = await scene.marks("on-c11");
    await scene.create("c11", "on-c11", { finalizers: ["test/blocker"] });
    await scene.reaches("c11", "Succeeded");
    await scene.plane.call("DELETE", objectPath("nodemaintenances", { name: "c11" }));
    const isLeft = (finalizers: readonly string[] = []): boolean => !finalizers.includes(finalizer);
    await scene.plane.waitFor("nodemaintenances", { fieldSelector: "metadata.name=c11" }, ([nm]) => isLeft(nm?.metadata.finalizers));
    expect((await scene.nm("c11")).metadata.finalizers).toEqual(["test/blocker"]);
    expect(await scene.marks("on-c11")).toEqual(before);
    const { length: writes } = await scene.calls(({ verb, objectRef }) => verb !== "get" && objectRef?.name === "on-c11");
    // Looked at once more, and time goes by in which another one takes its whole course.
    await scene.plane.call("PATCH", objectPath("nodemaintenances", { name: "c11" }), { metadata: { labels: { seen: "again" } } });
    await scene.create("witness", "on-witness");
    await scene.reaches("witness", "Succeeded");
    await scene.remove("witness");
    expect(await scene.marks("on-c11")).toEqual(before);
    expect(await scene.calls(({ verb, objectRef }) => verb !== "get" && objectRef?.name === "on-c11")).toHaveLength(writes);
    await scene.plane.call("PATCH", objectPath("nodemaintenances", { name: "c11" }), { metadata: { finalizers: [] } });
    expect((await scene.told("c11", "RemovedMaintenance")).filter((reason) => reason === "RemovedMaintenance")).toHaveLength(1);
  });

  test.concurrent("C12: that has lost its lease for good has failed, and keeps its node out: it goes on when the other has gone", async () => {
    await scene.create("c12", "on-c12");
    await scene.reaches("c12", "Succeeded");
    // The record says so a moment after the status.
    const isProven = (node?: Node): boolean => node?.metadata.annotations?.[heldAnnotation]?.includes("provenAt") === true;
    await scene.plane.waitFor("nodes", { fieldSelector: "metadata.name=on-c12" }, ([node]) => isProven(node));
    const out = await scene.marks("on-c12");
    await scene.seize("on-c12");
    expect(await scene.reaches("c12", "Failed")).toMatchObject({
      drainProgress: 100,
      errorOnLeaseCount: 4,
      lastError: "maintenance failed: lease could not be extended after 4 attempts",
    });
    await scene.told("c12", "FailedMaintenance");
    expect(await scene.marks("on-c12")).toEqual(out); // the original would put a node back on which the other works
    await scene.giveBack("on-c12");
    const back = await scene.reaches("c12", "Succeeded");
    for (const absent of ["errorOnLeaseCount", "lastError"]) expect(back).not.toHaveProperty(absent);
    await scene.remove("c12");
  });

  test.concurrent("that the Node Maintenance Operator left half-way goes on, with its counts, and puts back what that did", async () => {
    expect(await scene.becomes("old", ({ adopted }) => adopted === true)).toMatchObject({
      phase: "Running",
      totalpods: 5,
      evictionPods: 4,
    });
    await scene.plane.waitFor("pods", { namespace: "old" }, ([pod]) => pod?.metadata.deletionTimestamp !== undefined);
    await scene.letGo("old", "left");
    expect(await scene.reaches("old", "Succeeded")).toMatchObject({ totalpods: 5, evictionPods: 4, drainProgress: 100, adopted: true });
    await scene.remove("old");
    const { spec, metadata } = await scene.node("on-old");
    expect(spec).not.toHaveProperty("unschedulable");
    expect(spec?.taints ?? []).toEqual([]);
    expect(metadata.labels).not.toHaveProperty([excludeLabel]);
    expect(await scene.told("old", "RemovedMaintenance")).not.toContain("BeginMaintenance");
    expect(await scene.told("on-old", "UncordonNode")).toContain("UncordonNode");
  });
});
