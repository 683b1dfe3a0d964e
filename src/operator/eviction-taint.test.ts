import { expect, test } from "vitest";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import type { MaintenanceSpec } from "../api/maintenance.ts";
import type { Taint } from "../kube/node.ts";
import { nodes } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

/** Pods that no budget ever lets go: only the taint moves them. */
const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "web", name: "db", replicas: 2, on: ["n", "n"], pod: { ready: 500, gone: 500 } }],
  budgets: [{ namespace: "web", name: "db", spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 2 } }],
};
const allow: NonNullable<MaintenanceSpec["drain"]>["allow"] = ["partial", "budget-violation"];

function evicting(world: OperatorWorld): readonly Taint[] {
  const taints = world.control.find(nodes, { name: "n" })?.spec?.taints ?? [];
  return taints.filter(({ effect }) => effect === "NoExecute").map(({ key, value, effect }) => ({ key, ...(value && { value }), effect }));
}

const runai = { key: "runai", value: "drain", effect: "NoExecute" };

test.each([
  ["at once", { mode: "Taint", allow }],
  ["after evictions had their time", { mode: "EvictThenTaint", taintAfter: "30s", allow }],
] as const)("a Maintenance that empties its node by a taint %s holds both until the node comes back", async (_, drain) => {
  const world = new OperatorWorld(sketch);
  await using _operator = await world.begin();
  world.maintain("os-patch", { nodeName: "n", drain: { ...drain, allow: [...drain.allow] } });
  await world.reach("os-patch", "Drained");
  const patches = (): number =>
    world.world.cluster.record.calls.filter(({ verb, resource }) => verb === "patch" && resource === "nodes").length;
  await world.world.elapse(1_000);
  const settled = patches();
  await world.world.elapse(120_000);
  expect(world.phase("os-patch")).toBe("Drained");
  expect(patches()).toBe(settled);
  expect(evicting(world)).toEqual([runai]);
  world.edit("os-patch", { desired: "In" });
  await world.reach("os-patch", "Finished");
  expect(evicting(world)).toEqual([]);
});

test("a taint that somebody removes is set again", async () => {
  const world = new OperatorWorld(sketch);
  await using _operator = await world.begin();
  world.maintain("os-patch", { nodeName: "n", drain: { mode: "Taint", allow: [...allow] } });
  await world.reach("os-patch", "Drained");
  world.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { taints: null } } });
  expect(evicting(world)).toEqual([]);
  await world.world.reach(() => evicting(world).length === 1);
});

test("a taint that is not wanted any more goes, and what was emptied by it stays empty", async () => {
  const world = new OperatorWorld(sketch);
  await using _operator = await world.begin();
  world.maintain("os-patch", { nodeName: "n", drain: { mode: "Taint", allow: [...allow] } });
  await world.reach("os-patch", "Drained");
  world.edit("os-patch", { drain: { mode: "Evict", allow: ["partial"] } });
  await world.world.reach(() => evicting(world).length === 0);
  expect(world.control.find(nodes, { name: "n" })?.spec?.unschedulable).toBe(true);
});
