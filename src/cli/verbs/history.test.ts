import { expect, test } from "vitest";
import { KubeError } from "../../client/errors.ts";
import type { HistoryEntry } from "../../maintenance/by-object/history.ts";
import { type FakeWorld, fakeWorld } from "../testing/fake-world.ts";

const at = 1_767_603_600_000;
const entry: HistoryEntry = {
  node: "n",
  name: "os-patch",
  uid: "u",
  by: "jane on laptop",
  reason: "kernel update",
  ticket: "OPS-1",
  createdAt: at,
  outAt: at,
  drainedAt: at + 60_000,
  backAt: at + 3_600_000,
  ended: "returned",
  message: "node n is back in service",
  forced: ["budget-violation"],
};

function worldWhere(read: () => readonly HistoryEntry[]): { readonly world: FakeWorld; readonly asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  const world = fakeWorld({
    parts: {
      historyOfNodes: async (_, names) => {
        asked.push(names);
        return await Promise.resolve({ kind: "read", entries: read() });
      },
    },
  });
  return { world, asked };
}

test("one row for each maintenance", async () => {
  const { world, asked } = worldWhere(() => [entry]);
  expect(await world.run("history", "node/n")).toBe(0);
  expect(asked).toEqual([["n"]]);
  expect(world.out.written).toBe(
    [
      "NODE  MAINTENANCE  OUT                   BACK                  FOR  ENDED     BY              TICKET  FORCED            REASON",
      "n     os-patch     2026-01-05T09:00:00Z  2026-01-05T10:00:00Z  1h   returned  jane on laptop  OPS-1   budget-violation  kernel update",
      "",
    ].join("\n"),
  );
});

test("-o json is one document; what is not known is null", async () => {
  const { world } = worldWhere(() => [{ ...entry, by: undefined, outAt: undefined, ended: undefined }]);
  await world.run("history", "-o", "json");
  expect(JSON.parse(world.out.written)).toMatchObject({
    kind: "MaintenanceHistory",
    items: [{ node: "n", by: null, outAt: null, ended: null, backAt: "2026-01-05T10:00:00Z" }],
  });
});

test("nothing to remember is said", async () => {
  const { world } = worldWhere(() => []);
  expect(await world.run("history")).toBe(0);
  expect(world.out.written).toBe("no maintenance is remembered\n");
});

test("where the kind is not served, why there is none and how to have one", async () => {
  const { world } = worldWhere(() => {
    throw new KubeError("not-found", "the server could not find the requested resource");
  });
  expect(await world.run("history")).toBe(4);
  expect(world.err.written).toContain("Maintenances are not served here");
  expect(world.err.written).toContain("drydock install");
});
