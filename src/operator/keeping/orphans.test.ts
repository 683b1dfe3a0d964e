import { expect, test } from "vitest";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import { heldAnnotation } from "../../cluster/view/held-record.ts";
import type { Json } from "../../kube/object.ts";
import { ownFieldManager } from "../../kube/patch.ts";
import { nodes } from "../../kube/resource.ts";

const holderOf = (name: string, uid: string, since = "2026-01-01T00:00:00Z"): object => ({ kind: "Maintenance", name, uid, since });

/** The write of a process that was frozen when it had seen the node: it comes when nobody waits for it any more. */
function writeLate(world: OperatorWorld, holders: readonly object[]): void {
  const uid = world.control.find(nodes, { name: "n" })?.metadata.uid;
  const record = { nodeUID: uid, wasCordoned: false, added: ["spec.unschedulable=true"], holders, undo: [] };
  const body = { metadata: { annotations: { [heldAnnotation]: JSON.stringify(record) } }, spec: { unschedulable: true } };
  world.control.edit(nodes, { name: "n" }, { kind: "merge", body: body as Json }, { fieldManager: ownFieldManager }, "operator-0");
}

const isOut = (world: OperatorWorld): boolean => world.control.find(nodes, { name: "n" })?.spec?.unschedulable === true;

test("a node that is held for an object which is gone is let go", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }] });
  await using _ = await world.begin();
  writeLate(world, [holderOf("gone", "1")]);
  expect(isOut(world)).toBe(true);
  await world.world.reach(() => !isOut(world));
  expect(world.control.find(nodes, { name: "n" })?.metadata.annotations).not.toHaveProperty(heldAnnotation);
});

test("also where another object has its name now, and where it was found so at the start", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }, { name: "m" }] });
  world.maintain("rack-7", { nodeName: "m" });
  writeLate(world, [holderOf("rack-7", "of the one before")]);
  await using _ = await world.begin();
  await world.world.reach(() => !isOut(world));
  expect(world.control.find(nodes, { name: "n" })?.metadata.annotations).not.toHaveProperty(heldAnnotation);
});

test("who else holds the node keeps it out", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }] });
  await using _ = await world.begin();
  const jane = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" };
  writeLate(world, [holderOf("gone", "1"), jane]);
  const holders = (): string => world.control.find(nodes, { name: "n" })?.metadata.annotations?.[heldAnnotation] ?? "";
  await world.world.reach(() => !holders().includes("gone"));
  expect(JSON.parse(holders())).toMatchObject({ holders: [jane] });
  expect(isOut(world)).toBe(true);
});
