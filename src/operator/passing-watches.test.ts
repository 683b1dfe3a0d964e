import { expect, test } from "vitest";
import { NodeMaintenanceWorld } from "../../test/support/node-maintenance-world.ts";
import type { WatchFault } from "../simulator/faults.ts";
import type { Millis } from "../runtime/clock.ts";
import { pods } from "../kube/resource.ts";

/** A node with a pod that a budget keeps while its sister takes an hour to start, and an object that is under way. */
async function kept(): Promise<{ readonly world: NodeMaintenanceWorld; readonly operator: AsyncDisposable }> {
  const world = new NodeMaintenanceWorld({
    nodes: [{ name: "n" }, { name: "m" }],
    workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"], pod: { ready: 3_600_000 } }],
    budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
  });
  const operator = await world.begin();
  world.put("nm", "n");
  await world.world.reach(() => (world.statusOf("nm").blockers ?? []).length > 0);
  return { world, operator };
}

/** The codes of all blockers that its status told of within ten minutes, while something happens now and then. */
async function toldBy(world: NodeMaintenanceWorld, every: Millis, happens: () => void): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  const step = 250;
  for (let at = 0; at < 600_000; at += step) {
    if (at % every === 0) happens();
    await world.world.elapse(step);
    for (const { code } of world.statusOf("nm").blockers ?? []) told.add(code);
  }
  return told;
}

const passing: readonly { readonly what: string; readonly every: Millis; readonly fault: WatchFault }[] = [
  { what: "are cut by a proxy", every: 20_000, fault: { kind: "cut", after: 15_000 } },
  { what: "are refused because their version expired", every: 150_000, fault: { kind: "expired" } },
  { what: "are quiet, and made anew to be sure", every: 20_000, fault: { kind: "silent", after: 0 } },
];

test.each(passing)("watches that $what do not come and go in a status as something in the way", async ({ every, fault }) => {
  const { world, operator } = await kept();
  const told = await toldBy(world, every, () => world.control.faults.plantWatch({ resource: pods }, fault));
  expect([...told]).toEqual(["budget-exhausted"]);
  await operator[Symbol.asyncDispose]();
});

test("pods that are not seen for longer than a moment are named as what is in the way, with since when, until they are", async () => {
  const { world, operator } = await kept();
  for (let n = 0; n < 40; n += 1) world.control.faults.plant({ verb: "watch", resource: pods }, { kind: "unreachable" });
  world.control.faults.plant({ verb: "list", resource: pods }, { kind: "unreachable" });
  const told = await toldBy(world, 600_000, () => {});
  expect([...told]).toContain("view-stale");
  expect((world.statusOf("nm").blockers ?? []).map(({ code }) => code)).not.toContain("view-stale");
  await operator[Symbol.asyncDispose]();
});
