import { afterEach, beforeEach, expect, test } from "vitest";
import { type Maintenance, maintenances } from "../../api/maintenance.ts";
import { type NodeMaintenance, nodeMaintenances } from "../../api/node-maintenance.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import { apiReads } from "./api-reads.ts";
import { type Existing, recheck } from "./recheck.ts";
import { controlPlaneLabel } from "./testing/facts.ts";

let rig: Rig;
beforeEach(() => {
  rig = new Rig({ resources: [maintenances, nodeMaintenances] });
  for (const name of ["cp-1", "cp-2", "cp-3"]) rig.control.addNode({ name, labels: { [controlPlaneLabel]: "" } });
  rig.control.addNode({ name: "w1" });
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const maintenance = (name: string, nodeName: string, annotations = {}): Maintenance =>
  rig.control.create(maintenances, { metadata: { name, annotations }, spec: { nodeName } });
const nodeMaintenance = (name: string, nodeName: string): NodeMaintenance =>
  rig.control.create(nodeMaintenances, { metadata: { name }, spec: { nodeName } });
const asked = (...all: readonly Existing[]) =>
  rig.run(Promise.all(all.map((existing) => recheck(existing, apiReads(rig.api), rig.call.signal))));
const ours = async (object: Maintenance) => (await asked({ kind: "Maintenance", object }))[0];
const theirs = async (object: NodeMaintenance) => (await asked({ kind: "NodeMaintenance", object }))[0];

test("an object is not in its own way", async () => {
  expect(await ours(maintenance("a", "w1"))).toEqual({ allowed: true, warnings: [], auditAnnotations: {} });
  expect(await theirs(nodeMaintenance("b", "cp-1"))).toMatchObject({ allowed: true });
});

test("of two for one node, made within a second, exactly one is refused", async () => {
  const both = ["a", "b"].map((name) => ({ kind: "Maintenance", object: maintenance(name, "w1") }) as const);
  const decisions = await asked(...both);
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(1);
});

test("of three for a control plane of three, made within a second, exactly one goes ahead", async () => {
  const decisions = await asked(
    { kind: "Maintenance", object: maintenance("a", "cp-1") },
    { kind: "Maintenance", object: maintenance("b", "cp-2") },
    { kind: "NodeMaintenance", object: nodeMaintenance("c", "cp-3") },
  );
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(1);
});

test("the older goes ahead, also when it is asked later, and the younger when the older is gone", async () => {
  const older = maintenance("z", "w1");
  await rig.pass(2_000);
  const younger = maintenance("a", "w1");
  expect(await ours(younger)).toMatchObject({ allowed: false, message: expect.stringContaining("node w1 has maintenance/z already") });
  expect(await ours(older)).toMatchObject({ allowed: true });
  rig.control.remove(maintenances, older.metadata);
  expect(await ours(younger)).toMatchObject({ allowed: true });
});

test("an override counts here too", async () => {
  rig.control.killNode("cp-2");
  await rig.pass(120_000);
  expect(await ours(maintenance("a", "cp-1"))).toMatchObject({ allowed: false });
  expect(await ours(maintenance("b", "cp-3", { "drydock.dev/override-quorum": "lab" }))).toMatchObject({ allowed: true });
});
