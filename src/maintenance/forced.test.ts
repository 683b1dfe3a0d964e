import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../test/support/drain-world.ts";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import type { MaintenanceSpec } from "../api/maintenance.ts";
import { heldAnnotation, parseHeld } from "../cluster/view/held-record.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { nodes } from "../kube/resource.ts";
import type { Consent } from "../plan/consent.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { historyOfNodes } from "./by-object/history.ts";
import type { HistoryEntry } from "./by-object/history-entry.ts";

/** A budget that never lets its pods go, and a pod that nobody owns and that is free to go. */
const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "web", name: "db", replicas: 2, on: ["n", "n"], pod: { ready: 500, gone: 500, grace: 5 } }],
  budgets: [{ namespace: "web", name: "db", spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 2 } }],
  pods: [{ namespace: "web", name: "bare", on: "n", gone: 500 }],
};

async function history(world: DrainWorld): Promise<readonly HistoryEntry[]> {
  const outcome = await world.until(historyOfNodes(world.surroundings(), ["n"]));
  return outcome.kind === "read" ? outcome.entries : [];
}

function holdersOf(world: DrainWorld): readonly Holder[] {
  const held = parseHeld(world.cluster.control.find(nodes, { name: "n" })?.metadata.annotations?.[heldAnnotation]);
  return typeof held === "object" ? held.holders : [];
}

const ways = (entry: HistoryEntry | undefined) => entry?.forced.map(({ by, count }) => `${by} ${count}`).toSorted();

async function maintained(
  drain: NonNullable<MaintenanceSpec["drain"]>,
  of: Partial<ClusterSketch> = sketch,
): Promise<HistoryEntry | undefined> {
  const world = new OperatorWorld(of);
  await using _ = await world.begin();
  world.maintain("os-patch", { nodeName: "n", reason: "kernel", ticket: "OPS-1", drain });
  await world.reach("os-patch", "Drained");
  world.edit("os-patch", { desired: "In" });
  await world.reach("os-patch", "Finished");
  return (await history(world.world))[0];
}

describe("of a Maintenance that is over its history says", () => {
  test("what was deleted ahead of the deadline, by name, with who, why and ticket", async () => {
    const entry = await maintained({ allow: ["unmanaged", "partial", "budget-violation"], deadline: "60s" });
    expect(entry).toMatchObject({ source: "object", name: "os-patch", reason: "kernel", ticket: "OPS-1", ended: "returned" });
    expect(ways(entry)).toEqual(["deadline 2", "unmanaged 1"]);
    expect(entry?.forced.find(({ by }) => by === "unmanaged")?.pods).toEqual(["web/bare"]);
    expect(entry?.forced.find(({ by }) => by === "deadline")?.pods).toEqual([
      expect.stringMatching(/^web\/db-/),
      expect.stringMatching(/^web\/db-/),
    ]);
  });

  test("what a rule deleted past its budget", async () => {
    const rules = [{ namespaces: { names: ["web"] }, action: "delete" as const }];
    expect(ways(await maintained({ allow: ["unmanaged", "partial", "budget-violation"], rules }))).toEqual([
      "budget-violation 2",
      "unmanaged 1",
    ]);
  });

  test.each([5, 0])("what a taint made go, with %i s to end: with none a pod is gone before it was seen on its way", async (grace) => {
    const pod = { ready: 500, gone: 500, grace };
    const workloads = [{ kind: "Deployment" as const, namespace: "web", name: "db", replicas: 2, on: ["n", "n"], pod }];
    const entry = await maintained(
      { mode: "Taint", allow: ["unmanaged", "partial", "budget-violation"] },
      { ...sketch, workloads, pods: [{ namespace: "web", name: "bare", on: "n", grace }] },
    );
    expect(ways(entry)).toEqual(expect.arrayContaining(["taint 3", "unmanaged 1"]));
  });
});

describe("of a command, whose record stands on the node for as long as that is out,", () => {
  const allow = new Set<Consent>(["unmanaged", "budget-violation"]);

  test("what it deleted without regard to budgets is counted in the record and told by the history", async () => {
    const world = new DrainWorld(sketch);
    await world.drain({ allow, request: { disableEviction: true } });
    expect(holdersOf(world)[0]?.forced).toEqual([
      { since: expect.any(String), by: "budget-violation", count: 2 },
      { since: expect.any(String), by: "unmanaged", count: 1 },
    ]);
    expect(await history(world)).toMatchObject([
      { source: "record", node: "n", name: undefined, by: "jane on laptop", backAt: undefined, drainedAt: expect.any(Number) },
    ]);
    expect(ways((await history(world))[0])).toEqual(["budget-violation 2", "unmanaged 1"]);
  });

  test("a run that ends otherwise leaves it too, and the next run adds its own", async () => {
    const world = new DrainWorld(sketch);
    await world.drain({ allow: new Set<Consent>(["unmanaged", "partial"]) });
    expect(ways((await history(world))[0])).toEqual(["unmanaged 1"]);
    await world.elapse(5_000);
    await world.drain({ allow, request: { disableEviction: true } });
    expect(ways((await history(world))[0])).toEqual(["budget-violation 2", "unmanaged 1"]);
  });

  test("nothing by force leaves nothing", async () => {
    const world = new DrainWorld({ ...sketch, budgets: [], pods: [] });
    await world.drain();
    expect(holdersOf(world)[0]).not.toHaveProperty("forced");
    expect((await history(world))[0]?.forced).toEqual([]);
  });
});
