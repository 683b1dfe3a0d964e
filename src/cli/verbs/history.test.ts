import { expect, test } from "vitest";
import type { HistoryEntry } from "../../maintenance/by-object/history-entry.ts";
import type { History } from "../../maintenance/by-object/history.ts";
import { type FakeWorld, fakeWorld } from "../testing/fake-world.ts";

const at = 1_767_603_600_000;
const entry: HistoryEntry = {
  source: "object",
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
  agreed: ["budget-violation", "deadline 1h"],
  forced: [
    { by: "deadline", count: 2, pods: ["web/b", "web/a"] },
    { by: "unmanaged", count: 1, pods: ["web/bare"] },
  ],
};

function worldWhere(read: () => Pick<History, "entries"> & Partial<History>): {
  readonly world: FakeWorld;
  readonly asked: (readonly string[])[];
} {
  const asked: (readonly string[])[] = [];
  const world = fakeWorld({
    parts: {
      historyOfNodes: async (_, names) => {
        asked.push(names);
        return await Promise.resolve({ kind: "read", notRead: [], ...read() });
      },
    },
  });
  return { world, asked };
}

test("one row for each maintenance", async () => {
  const { world, asked } = worldWhere(() => ({ entries: [entry] }));
  expect(await world.run("history", "node/n")).toBe(0);
  expect(asked).toEqual([["n"]]);
  expect(world.out.written).toBe(
    [
      "NODE  MAINTENANCE  OUT                   BACK                  FOR  ENDED     BY              TICKET  FORCED                  REASON",
      "n     os-patch     2026-01-05T09:00:00Z  2026-01-05T10:00:00Z  1h   returned  jane on laptop  OPS-1   deadline:2,unmanaged:1  kernel update",
      "",
      "os-patch: 2 pods deleted ahead of the deadline, past budgets: web/a, web/b",
      "os-patch: 1 pod without a controller, which nothing makes anew: web/bare",
      "",
    ].join("\n"),
  );
});

test("-o json is one document; what is not known is null", async () => {
  const { world } = worldWhere(() => ({ entries: [{ ...entry, by: undefined, outAt: undefined, ended: undefined }] }));
  await world.run("history", "-o", "json");
  expect(JSON.parse(world.out.written)).toMatchObject({
    kind: "MaintenanceHistory",
    items: [{ source: "object", node: "n", by: null, outAt: null, ended: null, backAt: "2026-01-05T10:00:00Z" }],
  });
});

test("nothing to remember is said", async () => {
  const { world } = worldWhere(() => ({ entries: [] }));
  expect(await world.run("history")).toBe(0);
  expect(world.out.written).toBe("no maintenance is remembered\n");
  const { world: one } = worldWhere(() => ({ entries: [] }));
  await one.run("history", "worker-9");
  expect(one.out.written).toBe("no maintenance of worker-9 is remembered\n");
});

test("where the kind is not served, why there is none and how to have one", async () => {
  const notRead = [{ what: "maintenances", why: "not-served", message: "the server could not find the requested resource" }] as const;
  const { world } = worldWhere(() => ({ entries: [], notRead }));
  expect(await world.run("history")).toBe(4);
  expect(world.err.written).toContain("Maintenances are not served here");
  expect(world.err.written).toContain("drydock install");
});

test("of all nodes one row each is enough; what a command did to a node that is still out has no maintenance", async () => {
  const record: HistoryEntry = {
    ...entry,
    source: "record",
    name: undefined,
    backAt: undefined,
    ended: undefined,
    reason: undefined,
    ticket: undefined,
    forced: [{ by: "budget-violation", count: 3, pods: [] }],
  };
  const { world } = worldWhere(() => ({ entries: [record] }));
  expect(await world.run("history")).toBe(0);
  expect(world.out.written.trimEnd().split("\n")[1]).toMatch(
    /^n +- +2026-01-05T09:00:00Z +- +- +still out +jane on laptop +- +budget-violation:3 +-$/,
  );
  expect(world.out.written.trimEnd().split("\n")).toHaveLength(2);
  const { world: names } = worldWhere(() => ({ entries: [record, entry] }));
  await names.run("history", "-o", "name");
  expect(names.out.written).toBe("node/n\nmaintenance.drydock.dev/os-patch\n");
});

test("what may not be read is said with the right that is missing", async () => {
  const denied = (what: "nodes" | "maintenances") => [{ what, why: "forbidden", message: `${what} is forbidden` }] as const;
  const { world } = worldWhere(() => ({ entries: [entry], notRead: denied("nodes") }));
  expect(await world.run("history")).toBe(0);
  expect(world.err.written).toBe("Warning: what commands did without an object is not known: nodes is forbidden (missing: list nodes)\n");
  const { world: partly } = worldWhere(() => ({ entries: [], notRead: denied("maintenances") }));
  expect(await partly.run("history")).toBe(6);
  expect(partly.err.written).toContain("(missing: list maintenances)");
});
