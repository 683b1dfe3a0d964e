import { expect, test } from "vitest";
import type { OwnerReference } from "../../kube/object.ts";
import { leases, nodes } from "../../kube/resource.ts";
import { Rig } from "../testing/rig.ts";

const at = { namespace: "default", name: "node-a" };

function ownedLease(rig: Rig, ...owners: readonly Partial<OwnerReference>[]): void {
  const ownerReferences = owners.map((owner) => ({ apiVersion: "v1", kind: "Node", name: "a", uid: "?", ...owner }));
  rig.control.create(leases, { metadata: { name: at.name, ownerReferences }, spec: {} }, { namespace: at.namespace });
}

test("what a Node owns goes with it, and not before the last of its owners", async () => {
  await using rig = new Rig();
  const [a, b] = ["a", "b"].map((name) => rig.control.addNode({ name }).metadata.uid);
  ownedLease(rig, { uid: a ?? "" }, { name: "b", uid: b ?? "" });
  rig.control.deleteNode("a");
  await rig.pass(1_000);
  expect(rig.control.find(leases, at)).toBeDefined();
  rig.control.deleteNode("b");
  await rig.pass(1_000);
  expect(rig.control.find(leases, at)).toBeUndefined();
});

test("what names an owner that another object of its name has replaced goes at once", async () => {
  await using rig = new Rig();
  const { uid } = rig.control.addNode({ name: "a" }).metadata;
  rig.control.deleteNode("a");
  rig.control.node("a").register();
  ownedLease(rig, { uid });
  await rig.pass(1_000);
  expect(rig.control.find(leases, at)).toBeUndefined();
  expect(rig.control.find(nodes, { name: "a" })).toBeDefined();
});

test("an owner of a kind that nobody serves is waited for", async () => {
  await using rig = new Rig();
  ownedLease(rig, { apiVersion: "example.com/v1", kind: "Thing" });
  await rig.pass(60_000);
  expect(rig.control.find(leases, at)).toBeDefined();
});
