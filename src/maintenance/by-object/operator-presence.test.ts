import { expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import { formatMicroTime } from "../../kube/time.ts";
import { leases } from "../../kube/resource.ts";
import { findOperator } from "./operator-presence.ts";

function lead(world: OperatorWorld, holderIdentity: string): void {
  const spec = { holderIdentity, leaseDurationSeconds: 15, renewTime: formatMicroTime(world.world.clock.now()) };
  const metadata = { name: "drydock-operator", namespace: "kube-system" };
  world.control.create(leases, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
}

test("without our kinds there is no operator", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }] });
  expect(await world.until(findOperator(world.surroundings()))).toEqual({ kind: "absent", why: "no-kinds" });
});

test("kinds that nobody looks after are no operator", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }] });
  expect(await world.world.until(findOperator(world.world.surroundings()))).toEqual({ kind: "absent", why: "no-leader" });
});

test("who holds the leader's lease works, in whatever namespace, until the lease runs out", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }] });
  lead(world, "pod-1");
  const found = await world.world.until(findOperator(world.world.surroundings()));
  expect(found).toEqual({ kind: "works", leader: "pod-1", namespace: "kube-system" });
  await world.world.elapse(16_000);
  expect(await world.world.until(findOperator(world.world.surroundings()))).toEqual({ kind: "absent", why: "no-leader" });
});

test("a lease that may not be read proves nothing, and is told", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }] });
  const s = world.world.surroundings(undefined, { name: "joe", deny: [{ verb: "list", resource: "leases" }] });
  expect(await world.world.until(findOperator(s))).toMatchObject({ kind: "unproven", message: expect.stringContaining("leases") });
});
