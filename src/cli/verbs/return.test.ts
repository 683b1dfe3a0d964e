import { describe, expect, test } from "vitest";
import { nodeView } from "../../../test/support/cluster-view.ts";
import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import type { ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import type { ReturnOptions } from "../../maintenance/by-object/return.ts";
import type { ReturnByRecordOptions, ReturnByRecordOutcome } from "../../maintenance/by-object/return-checked.ts";
import { type DirectReturn, planDirectReturn } from "../../maintenance/return-direct.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

const works: OperatorPresence = { kind: "works", leader: "pod-1", namespace: "drydock-system" };
const absent: OperatorPresence = { kind: "absent", why: "no-leader" };
const plan = planDirectReturn(
  nodeView({
    unschedulable: true,
    held: {
      nodeUID: "uid-n",
      wasCordoned: false,
      added: ["spec.unschedulable=true"],
      holders: [{ kind: "command", user: "jane", host: "laptop", since: "2026-01-05T09:00:00Z" }],
      undo: [],
    },
  }),
) as DirectReturn;
const back: ReturnByRecordOutcome = { kind: "returned", nodes: [{ plan, result: { kind: "released", undone: plan.undoes } }] };
const backByObject: ObjectsOutcome = {
  kind: "followed",
  ends: [
    {
      node: "n",
      name: "os-patch",
      end: "reached",
      object: {
        metadata: { name: "os-patch", uid: "u", resourceVersion: "1" },
        spec: { nodeName: "n" },
        status: { phase: "Finished", message: "node n is back in service" },
      },
    },
  ],
};

interface Told {
  readonly world: FakeWorld;
  readonly wanted: ReturnOptions[];
  readonly byRecord: ReturnByRecordOptions[];
}

function worldWhere(
  presence: OperatorPresence,
  { objects = backByObject, record = back }: { readonly objects?: ObjectsOutcome; readonly record?: ReturnByRecordOutcome } = {},
  scripts: Scripts = {},
): Told {
  const wanted: ReturnOptions[] = [];
  const byRecord: ReturnByRecordOptions[] = [];
  const world = fakeWorld({
    ...scripts,
    parts: {
      findOperator: async () => await Promise.resolve(presence),
      returnNodes: async (_, o) => {
        wanted.push(o);
        return await Promise.resolve(objects);
      },
      returnByRecord: async (_, o) => {
        byRecord.push(o);
        if (record.kind !== "returned") return record;
        o.show([plan]);
        return o.agree === undefined || (await o.agree([plan])) ? record : { kind: "stopped-before", why: "declined" };
      },
    },
  });
  return { world, wanted, byRecord };
}

describe("return, where the operator works", () => {
  test("wants the node in, and says how that ended", async () => {
    const { world, wanted, byRecord } = worldWhere(works);
    expect(await world.run("return", "n", "--release", "--timeout=10m")).toBe(0);
    expect(wanted).toMatchObject([{ choice: { names: ["n"] }, release: true, follow: true, timeout: 600_000 }]);
    expect(byRecord).toEqual([]);
    expect(world.err.written).toBe("done: n: node n is back in service\n");
  });

  test("a hold ends it with the line that releases", async () => {
    const held = { kind: "followed", ends: [{ node: "n", name: "n", end: "held" }] } as const;
    const { world } = worldWhere(works, { objects: held });
    expect(await world.run("return", "n")).toBe(2);
    expect(world.err.written).toContain("drydock return n --release");
  });

  test("a node that a command took out comes back by its record, checked", async () => {
    const { world, byRecord } = worldWhere(works, { objects: { kind: "not-in-maintenance", targets: ["n"], all: true } });
    expect(await world.run("return", "n", "-y")).toBe(0);
    expect(byRecord).toMatchObject([{ unchecked: false, besideOperator: true }]);
    expect(world.out.written).toBe("node/n returned\n");
  });

  test("some with an object and some without is told, and nothing is written", async () => {
    const { world, byRecord } = worldWhere(works, { objects: { kind: "not-in-maintenance", targets: ["m"], all: false } });
    expect(await world.run("return", "n", "m")).toBe(4);
    expect(world.err.written).toContain("m: no maintenance is under way; nothing was changed");
    expect(byRecord).toEqual([]);
  });

  test("--direct is not done beside an object, and says how to end that", async () => {
    const record = { kind: "held-by-objects", nodes: [{ node: "n", holder: "maintenance/os-patch" }] } as const;
    const { world, byRecord } = worldWhere(works, { record });
    expect(await world.run("return", "n", "--direct", "-y")).toBe(2);
    expect(byRecord).toMatchObject([{ unchecked: true, besideOperator: true }]);
    expect(world.err.written).toContain("held by maintenance/os-patch, and the operator would take it out again");
    expect(world.err.written).toContain("drydock cancel n");
  });
});

describe("return, without an operator", () => {
  test("shows what is going to be done, and asks", async () => {
    const { world } = worldWhere(absent, {}, { answer: () => "y" });
    expect(await world.run("return", "n")).toBe(0);
    expect(world.err.written).toContain("no operator leads (Lease drydock-operator)");
    expect(world.err.written).toContain("node n: held by jane on laptop\n  uncordon\n");
    expect(world.out.written).toBe("node/n returned\n");
  });

  test("where nobody can be asked it is a no, with the line that needs no answer", async () => {
    const { world } = worldWhere(absent);
    expect(await world.run("return", "n")).toBe(2);
    expect(world.err.written).toContain("drydock return n -y");
    expect(world.out.written).toBe("");
  });

  test("a node that is not fit stays as it is, and every check that fails is named", async () => {
    const failed = [{ name: "Ready", message: "the node is not Ready" }];
    const { world } = worldWhere(absent, { record: { kind: "unfit", nodes: [{ node: "n", failed }] } });
    expect(await world.run("return", "n", "-y")).toBe(2);
    expect(world.err.written).toContain("node n is not fit for service: Ready: the node is not Ready");
    expect(world.err.written).toContain("drydock return n --direct");
  });

  test("-o json is one document", async () => {
    const { world } = worldWhere(absent);
    await world.run("return", "n", "-y", "-o", "json");
    expect(JSON.parse(world.out.written)).toMatchObject({
      kind: "ReturnResult",
      result: "returned",
      nodes: [{ node: "n", result: "released" }],
    });
  });
});

test("a node with nothing to put back is said to be back already", async () => {
  const nothing = planDirectReturn(nodeView()) as DirectReturn;
  const record: ReturnByRecordOutcome = { kind: "returned", nodes: [{ plan: nothing, result: { kind: "released", undone: [] } }] };
  const { world } = worldWhere(absent, { record });
  expect(await world.run("return", "n", "-y")).toBe(0);
  expect(world.out.written).toBe("node/n already returned\n");
});

test("stopped before anything is known, it says that nothing was changed", async () => {
  const world = fakeWorld({
    parts: { findOperator: async () => await Promise.resolve({ kind: "stopped-before", why: "interrupted" }) },
  });
  expect(await world.run("return", "n")).toBe(130);
  expect(world.err.written).toBe("error: stopped before anything was changed\n");
});

test("--release and --direct contradict each other", async () => {
  const { world, wanted } = worldWhere(works);
  expect(await world.run("return", "n", "--release", "--direct")).toBe(4);
  expect(wanted).toEqual([]);
});
