import { expect, test } from "vitest";
import type { Maintenance } from "../../api/maintenance.ts";
import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import { consentsWaitedFor, type OrderOptions } from "../../maintenance/by-object/order.ts";
import type { ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

const works: OperatorPresence = { kind: "works", leader: "pod-1", namespace: "drydock-system" };
const object: Maintenance = {
  metadata: { name: "os-patch", uid: "u", resourceVersion: "1" },
  spec: { nodeName: "n", drain: { allow: ["partial"] } },
  status: {
    phase: "Blocked",
    message: "paused at Draining: nothing new is started; to go on: drydock resume n",
    blockers: [
      {
        code: "consent-missing",
        object: "Pod/web/bare",
        message: "needs your consent: unmanaged",
        since: "2026-01-05T09:00:00Z",
        endsBy: "person",
        hint: "to agree: drydock approve n --allow=unmanaged",
        consents: ["unmanaged"],
      },
    ],
  },
};
const answered: ObjectsOutcome = { kind: "followed", ends: [{ node: "n", name: "os-patch", end: "reached", object }] };

function worldWhere(
  presence: OperatorPresence,
  outcome: ObjectsOutcome = answered,
  scripts: Scripts = {},
): { readonly world: FakeWorld; readonly asked: OrderOptions[] } {
  const asked: OrderOptions[] = [];
  const world = fakeWorld({
    ...scripts,
    parts: {
      findOperator: async () => await Promise.resolve(presence),
      orderNodes: async (_, o) => {
        asked.push(o);
        if (o.order === "approve" && o.consents === undefined) {
          const agreed = o.agree !== undefined && (await o.agree([{ object, consents: consentsWaitedFor(object) }]));
          if (!agreed) return { kind: "stopped-before", why: "declined" };
        }
        o.report({ kind: "changed", object, warnings: [] });
        return outcome;
      },
    },
  });
  return { world, asked };
}

test.each([
  ["pause", "paused"],
  ["resume", "resumed"],
  ["cancel", "cancelled"],
  ["retry", "asked to retry"],
])("%s writes the wish and tells what follows", async (verb, written) => {
  const { world, asked } = worldWhere(works);
  expect(await world.run(verb, "n", "maintenance/other", "--timeout=30s")).toBe(0);
  expect(world.out.written).toBe(`maintenance.drydock.dev/os-patch ${written}\n`);
  expect(world.err.written).toContain("nothing new is started");
  expect(asked).toMatchObject([{ order: verb, choice: { nodes: ["n"], maintenances: ["other"] }, follow: true, timeout: 30_000 }]);
});

test("approve shows what is waited for and asks; a yes agrees to exactly that", async () => {
  const { world, asked } = worldWhere(works, answered, { answer: () => "y" });
  expect(await world.run("approve", "n")).toBe(0);
  expect(world.err.written).toContain("n waits for: unmanaged\n  blocked  web/bare: needs your consent: unmanaged\n");
  expect(asked[0]?.consents).toBeUndefined();
});

test("approve without anybody to ask ends with the line to paste", async () => {
  const { world } = worldWhere(works);
  expect(await world.run("approve", "n", "--context=prod")).toBe(2);
  expect(world.err.written).toContain("not agreed to; nothing was changed");
  expect(world.err.written).toContain("drydock approve n --context=prod --allow=unmanaged");
});

test("approve --allow asks nobody", async () => {
  const { world, asked } = worldWhere(works);
  expect(await world.run("approve", "n", "--allow=unmanaged,emptydir")).toBe(0);
  expect(asked).toMatchObject([{ consents: ["unmanaged", "emptydir"] }]);
});

test("what is not in maintenance is named with the next step", async () => {
  const { world } = worldWhere(works, { kind: "not-in-maintenance", targets: ["n"], all: true });
  expect(await world.run("pause", "n")).toBe(4);
  expect(world.err.written).toContain("n: no maintenance is under way; nothing was changed");
  expect(world.err.written).toContain("drydock maintain NODE");
});

test("what waits for no consent is told", async () => {
  const { world } = worldWhere(works, { kind: "nothing-to-approve", targets: ["n"] }, { answer: () => "y" });
  expect(await world.run("approve", "n")).toBe(2);
  expect(world.err.written).toContain("node n waits for no consent");
});

test("without an operator there is nobody to tell, and the next step is named", async () => {
  const { world, asked } = worldWhere({ kind: "absent", why: "no-kinds" });
  expect(await world.run("pause", "n")).toBe(4);
  expect(world.err.written).toContain("pause speaks to the operator, and no operator is installed");
  expect(world.err.written).toContain("Ctrl-C");
  expect(asked).toEqual([]);
});

test("while nobody leads the wish is written and not waited for", async () => {
  const { world, asked } = worldWhere({ kind: "absent", why: "no-leader" });
  expect(await world.run("cancel", "n")).toBe(0);
  expect(asked).toMatchObject([{ follow: false }]);
  expect(world.err.written).toContain("Warning: no operator leads (Lease drydock-operator): the wish is written");
});
