import { describe, expect, test } from "vitest";
import { NodeMaintenanceWorld } from "../../test/support/node-maintenance-world.ts";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import { nodes } from "../kube/resource.ts";
import { formatTime } from "../kube/time.ts";

const both = [{ name: "n" }, { name: "m" }];

/** Somebody uncordons node n, or takes the record of it away as well. */
function undo(world: OperatorWorld, withRecord = false): void {
  const metadata = withRecord ? { metadata: { annotations: { [heldAnnotation]: null } } } : {};
  world.control.edit(nodes, { name: "n" }, { kind: "merge", body: { ...metadata, spec: { unschedulable: null } } }, {}, "kubectl");
}

const isOut = (world: OperatorWorld): boolean => world.control.find(nodes, { name: "n" })?.spec?.unschedulable === true;

async function undoneAndSetAgain(world: OperatorWorld, withRecord = false): Promise<void> {
  undo(world, withRecord);
  await world.world.reach(() => isOut(world));
  await world.world.elapse(10_000);
}

describe("a hold that somebody undoes again and again is given up after it was set again three times", () => {
  test("of a NodeMaintenance, though an operator died in between: the record on the node remembers", async () => {
    const world = new NodeMaintenanceWorld({ nodes: both });
    world.put("nm", "n");
    for (let time = 1; time <= 3; time += 1) {
      await using _ = await world.begin();
      await world.becomes("nm", "Succeeded");
      await undoneAndSetAgain(world);
    }
    await using _ = await world.begin();
    undo(world);
    await world.tells("Blocked");
    await world.world.elapse(60_000);
    expect(isOut(world)).toBe(false);
    expect(world.statusOf("nm").message).toContain("4 times within 10 minutes");
  });

  test("of a Maintenance, though the record is taken away with it: the status remembers", async () => {
    const world = new OperatorWorld({ nodes: both });
    await using _ = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.reach("os-patch", "Drained");
    for (let time = 1; time <= 3; time += 1) await undoneAndSetAgain(world, true);
    undo(world, true);
    await world.reach("os-patch", "Blocked");
    await world.world.elapse(60_000);
    expect(isOut(world)).toBe(false);
  });

  test("and is set again as soon as a person asks for it", async () => {
    const world = new OperatorWorld({ nodes: both });
    await using _ = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.reach("os-patch", "Drained");
    for (let time = 1; time <= 3; time += 1) await undoneAndSetAgain(world);
    undo(world);
    await world.reach("os-patch", "Blocked");
    expect(isOut(world)).toBe(false);
    const asked = world.world.clock.now();
    world.edit("os-patch", { retryRequest: formatTime(asked) });
    await world.reach("os-patch", "Drained");
    expect(isOut(world)).toBe(true);
    expect(world.world.clock.now() - asked).toBeLessThan(30_000);
  });
});
