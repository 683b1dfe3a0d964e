import { expect, test } from "vitest";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import type { HistoryEntry } from "./history-entry.ts";
import { historyOfNodes } from "./history.ts";
import { maintainNodes } from "./maintain.ts";
import { orderNodes } from "./order.ts";
import { returnNodes } from "./return.ts";

async function read(world: OperatorWorld, ...names: readonly string[]): Promise<readonly HistoryEntry[]> {
  const outcome = await world.world.until(historyOfNodes(world.world.surroundings(), names));
  return outcome.kind === "read" ? outcome.entries : [];
}

test("what is over is remembered: who, why, when, how it ended and what was forced; the newest first", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }, { name: "m" }] });
  await using _ = await world.begin();
  const report = (): void => {};
  const spec = { reason: "kernel", ticket: "OPS-1", drain: { allow: ["partial" as const, "budget-violation" as const], deadline: "1h" } };
  const choice = { names: ["n"] };
  const options = { parallel: 1, follow: true, report };
  await world.world.until(maintainNodes(world.world.surroundings(), { choice, spec, ...options }));
  expect(await read(world)).toEqual([]);
  await world.world.until(returnNodes(world.world.surroundings(), { choice, release: false, follow: true, report }));
  await world.world.until(maintainNodes(world.world.surroundings(), { choice: { names: ["m"] }, spec: {}, ...options }));
  await world.world.until(
    orderNodes(world.world.surroundings(), { order: "cancel", choice: { nodes: ["m"], maintenances: [] }, follow: true, report }),
  );
  const entries = await read(world);
  expect(entries).toMatchObject([
    { source: "object", node: "m", name: "m", ended: "cancelled", agreed: [], forced: [] },
    { node: "n", name: "n", by: "jane on laptop", reason: "kernel", ticket: "OPS-1", ended: "returned" },
  ]);
  expect(entries[1]).toMatchObject({ agreed: ["budget-violation", "deadline 1h"], forced: [] });
  expect(entries[1]?.outAt).toBeLessThanOrEqual(entries[1]?.backAt ?? 0);
  expect((await read(world, "n")).map(({ node }) => node)).toEqual(["n"]);
});

test("of an object that no command made the program that wrote it is named", async () => {
  const world = new OperatorWorld({ nodes: [{ name: "n" }] });
  await using _ = await world.begin();
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Drained");
  world.edit("os-patch", { desired: "In" });
  await world.reach("os-patch", "Finished");
  const [entry] = await read(world);
  const writer = world.seen("os-patch")?.metadata.managedFields?.find(({ subresource }) => subresource === undefined)?.manager;
  expect(entry?.by).toBe(writer);
});
