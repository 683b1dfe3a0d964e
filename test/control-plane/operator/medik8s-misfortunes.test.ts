import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseTime } from "../../../src/kube/time.ts";
import { objectPath } from "../fixture/kinds.ts";
import { drainTaint, heldByOther, Medik8sScene, unschedulableTaint } from "./medik8s-scene.ts";

// What may befall a NodeMaintenance and no suite of the original asks about: foreign cordons, nodes that go, leases that run out, many at once, and
// an operator that is not there for a while. How it empties its node is in medik8s-drain.test.ts, how webhooks are missed in ../webhooks.test.ts.

const many = Array.from({ length: 12 }, (_, i) => `many-${i + 1}`);
const minute = 60_000;

let scene: Medik8sScene;

beforeAll(async () => {
  scene = await Medik8sScene.open(["cordoned", "dies", "spare", "expiring", "goes-on", "let-go", ...many].map((name) => `on-${name}`));
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

describe("a NodeMaintenance", () => {
  test.concurrent("whose node somebody had cordoned leaves that cordon, and says so", async () => {
    expect((await scene.plane.kubectl(["cordon", "on-cordoned"])).code).toBe(0);
    // The node controller's answer to it.
    const isTainted = ({ key, effect }: { readonly key: string; readonly effect: string }): boolean =>
      key === unschedulableTaint.key && effect === unschedulableTaint.effect;
    const at = { fieldSelector: "metadata.name=on-cordoned" };
    await scene.plane.waitFor("nodes", at, ([node]) => node?.spec?.taints?.some(isTainted) === true);
    const before = await scene.marks("on-cordoned");
    await scene.create("cordoned", "on-cordoned");
    const { conditions } = await scene.reaches("cordoned", "Succeeded");
    expect(conditions).toContainEqual(expect.objectContaining({ type: "OutOfService", status: "True", reason: "CordonedBefore" }));
    expect((await scene.node("on-cordoned")).spec?.taints).toContainEqual(expect.objectContaining(drainTaint));
    await scene.remove("cordoned");
    await scene.told("cordoned", "RemovedMaintenance");
    expect(await scene.marks("on-cordoned")).toEqual(before);
    expect((await scene.node("on-cordoned")).spec?.unschedulable).toBe(true);
    expect(await scene.told("on-cordoned")).not.toContain("UncordonNode");
  });

  test.concurrent("whose node is deleted under way fails, and takes the machine that registers in its place out as well", async () => {
    await scene.pods("dies", "on-dies", ["slow"], { hang: true });
    await scene.create("dies", "on-dies");
    await scene.plane.waitFor("pods", { namespace: "dies" }, ([pod]) => pod?.metadata.deletionTimestamp !== undefined);
    const { uid } = (await scene.node("on-dies")).metadata;
    await scene.plane.call("DELETE", objectPath("nodes", { name: "on-dies" }));
    expect((await scene.reaches("dies", "Failed")).lastError).toBe('nodes "on-dies" not found');
    await scene.told("dies", "FailedMaintenance");
    // The node's lease is collected with it, and not made again and again for a node that is not there, while another one takes its course. One
    // may have been on its way.
    await scene.create("spare", "on-spare");
    await scene.reaches("spare", "Succeeded");
    await scene.remove("spare");
    expect((await scene.lease("on-dies")).status).toBe(404);
    const made = await scene.calls(({ verb, objectRef }) => verb === "create" && objectRef?.name === "node-on-dies");
    expect(made.length).toBeLessThanOrEqual(2);
    await scene.plane.call("DELETE", objectPath("pods", { namespace: "dies", name: "slow" }), { gracePeriodSeconds: 0 });
    await scene.plane.createNodes([{ name: "on-dies" }]);
    await scene.reaches("dies", "Succeeded");
    const { metadata, spec } = await scene.node("on-dies");
    expect(metadata.uid).not.toBe(uid);
    expect(spec).toMatchObject({ unschedulable: true, taints: expect.arrayContaining([expect.objectContaining(drainTaint)]) });
    expect((await scene.lease("on-dies")).body.metadata.ownerReferences).toEqual([expect.objectContaining({ uid: metadata.uid })]);
    await scene.remove("dies");
    expect((await scene.node("on-dies")).spec).not.toHaveProperty("unschedulable");
    expect((await scene.lease("on-dies")).status).toBe(404);
  });

  test.concurrent("waits for another's lease, takes it over when that has run out, and counts that", async () => {
    const before = await scene.marks("on-expiring");
    // Eight seconds of its ten minutes are left.
    const theirs = await scene.seize("on-expiring", { seconds: 600, ago: 10 * minute - 8_000 });
    await scene.create("expiring", "on-expiring");
    const { phase, lastError } = await scene.becomes("expiring", (status) => status.lastError !== undefined);
    expect({ phase, lastError }).toEqual({
      phase: "Running",
      lastError: `failed to obtain a lease that is not owned by us : ${heldByOther} errorOnLeaseCount 0`,
    });
    expect(await scene.marks("on-expiring")).toEqual(before);
    const ours = await scene.leaseBecomes("on-expiring", (lease) => lease?.holderIdentity === "node-maintenance");
    expect(ours).toMatchObject({ leaseDurationSeconds: 3_600, leaseTransitions: 1 });
    const end = (parseTime(theirs.renewTime ?? undefined) ?? 0) + 10 * minute;
    expect(parseTime(ours?.acquireTime ?? undefined)).toBeGreaterThanOrEqual(end);
    expect(await scene.reaches("expiring", "Succeeded")).not.toHaveProperty("lastError");
    await scene.remove("expiring");
    expect((await scene.lease("on-expiring")).status).toBe(404);
  });
});

test("twelve NodeMaintenances at once: one that is stuck holds up no other, and each tells once what becomes of it", async () => {
  const [stuck = "", ...free] = many;
  await scene.plane.createBudget({ namespace: stuck, name: "kept", minAvailable: 1 });
  await Promise.all(many.map((name) => scene.pods(name, `on-${name}`, ["kept"])));
  const before = await Promise.all(many.map((name) => scene.marks(`on-${name}`)));
  for (const name of many) await scene.create(name, `on-${name}`);
  await Promise.all(free.map((name) => scene.reaches(name, "Succeeded")));
  expect((await scene.nm(stuck)).status).toMatchObject({ phase: "Running", lastError: expect.stringContaining("budget kept") });
  await scene.remove(...many);
  expect(await Promise.all(many.map((name) => scene.marks(`on-${name}`)))).toEqual(before);
  const told = await Promise.all(many.map((name) => scene.told(name, "RemovedMaintenance")));
  for (const [i, reasons] of told.entries()) {
    const once = ["BeginMaintenance", "RemovedMaintenance", ...(i === 0 ? [] : ["SucceedMaintenance"])];
    expect(reasons.filter((reason) => reason.endsWith("Maintenance")).toSorted()).toEqual(once.toSorted());
  }
});

test("an operator that is told to end and begins anew goes on: no pod is asked twice, a deletion is carried out, an old lease is renewed", async () => {
  await Promise.all(["goes-on", "let-go"].map((name) => scene.pods(name, `on-${name}`, ["slow"], { hang: true })));
  const before = await scene.marks("on-let-go");
  for (const name of ["goes-on", "let-go"]) {
    await scene.create(name, `on-${name}`);
    await scene.plane.waitFor("pods", { namespace: name }, ([pod]) => pod?.metadata.deletionTimestamp !== undefined);
    await scene.becomes(name, ({ pendingPods }) => pendingPods?.length === 1);
  }
  await scene.told("goes-on", "BeginMaintenance");
  scene.replica?.signal("SIGTERM");
  expect((await scene.replica?.ended)?.code).toBe(0);
  const alone = await scene.nm("goes-on");
  expect((await scene.node("on-goes-on")).spec?.unschedulable).toBe(true);
  await scene.plane.call("DELETE", objectPath("nodemaintenances", { name: "let-go" }));
  // Ten minutes are left of the hour; what renews it over hours is shown in virtual time (src/operator/medik8s-misfortunes.test.ts).
  const old = await scene.age("on-goes-on", 50 * minute);

  await scene.startOperator();
  const renewed = await scene.leaseBecomes("on-goes-on", (lease) => lease?.renewTime !== old.renewTime);
  expect(renewed).toMatchObject({ holderIdentity: "node-maintenance", acquireTime: old.acquireTime, leaseTransitions: 0 });
  expect(parseTime(renewed?.renewTime ?? undefined)).toBeGreaterThan((parseTime(old.renewTime ?? undefined) ?? 0) + 49 * minute);
  await scene.told("let-go", "RemovedMaintenance");
  expect(await scene.marks("on-let-go")).toEqual(before);
  await scene.letGo("goes-on", "slow");
  const { evictionPods, totalpods } = await scene.reaches("goes-on", "Succeeded");
  expect({ evictionPods, totalpods }).toEqual({ evictionPods: alone.status?.evictionPods, totalpods: alone.status?.totalpods });
  expect(await scene.asked("goes-on")).toEqual([{ pod: "slow", code: 201 }]);
  expect((await scene.told("goes-on", "SucceedMaintenance")).filter((reason) => reason === "BeginMaintenance")).toHaveLength(1);
  await scene.remove("goes-on");
});
