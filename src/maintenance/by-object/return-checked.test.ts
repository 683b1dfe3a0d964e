import { expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { nodes } from "../../kube/resource.ts";
import type { DirectReturn } from "../return-direct.ts";
import { returnByRecord, type ReturnByRecordOptions, type ReturnByRecordOutcome } from "./return-checked.ts";

async function bringBack(world: DrainWorld, o: Partial<ReturnByRecordOptions> = {}): Promise<ReturnByRecordOutcome> {
  const options = { choice: { names: ["n"] }, dryRun: "none", unchecked: false, besideOperator: false, show: () => {}, ...o } as const;
  return await world.until(returnByRecord(world.surroundings(), options));
}

const unschedulable = (world: DrainWorld): boolean => world.cluster.control.find(nodes, { name: "n" })?.spec?.unschedulable === true;

const isReady = (world: DrainWorld): boolean =>
  world.cluster.control
    .find(nodes, { name: "n" })
    ?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;

async function drained(): Promise<DrainWorld> {
  const world = new DrainWorld({ nodes: [{ name: "n" }, { name: "m" }], pods: [] });
  await world.drain();
  return world;
}

test("a node that is fit comes back by its record, and is shown before", async () => {
  const world = await drained();
  const shown: DirectReturn[] = [];
  const outcome = await bringBack(world, { show: (plans) => shown.push(...plans) });
  expect(outcome).toMatchObject({ kind: "returned", nodes: [{ result: { kind: "released" } }] });
  expect(shown).toMatchObject([{ node: "n", undoes: ["spec.unschedulable=true"] }]);
  expect(unschedulable(world)).toBe(false);
});

test("a node that is not fit stays as it is, and why is named; --direct puts it back all the same", async () => {
  const world = await drained();
  world.cluster.control.killNode("n");
  await world.reach(() => !isReady(world));
  expect(await bringBack(world)).toEqual({
    kind: "unfit",
    nodes: [{ node: "n", failed: [{ name: "Ready", message: "the node is not Ready" }] }],
  });
  expect(unschedulable(world)).toBe(true);
  expect(await bringBack(world, { unchecked: true })).toMatchObject({ kind: "returned" });
  expect(unschedulable(world)).toBe(false);
});

test("what an object holds is not taken from an operator that works", async () => {
  const world = await drained();
  const holder = { kind: "NodeMaintenance", name: "rack-7", uid: "u", since: "2026-01-05T09:00:00Z" };
  const node = world.cluster.control.find(nodes, { name: "n" });
  const held = JSON.stringify({
    nodeUID: node?.metadata.uid,
    wasCordoned: false,
    added: ["spec.unschedulable=true"],
    holders: [holder],
    undo: [],
  });
  world.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata: { annotations: { "drydock.dev/held": held } } } });
  expect(await bringBack(world, { besideOperator: true, unchecked: true })).toEqual({
    kind: "held-by-objects",
    nodes: [{ node: "n", holder: "nodemaintenance/rack-7" }],
  });
  expect(unschedulable(world)).toBe(true);
});
