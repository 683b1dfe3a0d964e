import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Maintenance, MaintenanceStatus } from "../../api/maintenance.ts";
import type { MaintainOptions } from "../../maintenance/by-object/maintain.ts";
import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import type { ObjectEnd, ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import type { DrainOptions } from "../../maintenance/work.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

const works: OperatorPresence = { kind: "works", leader: "pod-1", namespace: "drydock-system" };
const absent: OperatorPresence = { kind: "absent", why: "no-kinds" };

function maintenance(name: string, status?: MaintenanceStatus): Maintenance {
  const metadata = { name, uid: `uid-${name}`, resourceVersion: "1" };
  return { metadata, spec: { nodeName: name }, ...(status === undefined ? {} : { status }) };
}

function end(end: ObjectEnd["end"], status: MaintenanceStatus = {}, node = "n"): ObjectEnd {
  return { node, name: node, end, object: maintenance(node, status) };
}

interface Told {
  readonly world: FakeWorld;
  readonly asked: MaintainOptions[];
  readonly drained: DrainOptions[];
}

function worldWhere(presence: OperatorPresence, outcome: ObjectsOutcome, scripts: Scripts = {}, warnings: readonly string[] = []): Told {
  const asked: MaintainOptions[] = [];
  const drained: DrainOptions[] = [];
  const world = fakeWorld({
    drain: (_, o) => {
      drained.push(o);
      return { kind: "finished", nodes: [] };
    },
    ...scripts,
    parts: {
      findOperator: async () => await Promise.resolve(presence),
      maintainNodes: async (_, o) => {
        asked.push(o);
        o.report({ kind: "created", object: maintenance("n"), warnings });
        const progress = { total: 4, done: 1, left: 3, blocked: 1, percent: 25 };
        const blockers = [
          { code: "budget", object: "Pod/web/a", message: "its budget allows none", since: "", endsBy: "cluster", hint: "add a replica" },
        ] as const;
        const object = maintenance("n", { phase: "Draining", message: "3 pods are still to leave", progress, blockers: [...blockers] });
        o.report({ kind: "seen", object, before: undefined, final: false });
        o.report({ kind: "seen", object, before: object, final: false });
        return await Promise.resolve(outcome);
      },
    },
  });
  return { world, asked, drained };
}

const emptied: ObjectsOutcome = {
  kind: "followed",
  ends: [end("reached", { phase: "Drained", message: "node n is empty and kept out; to bring it back: drydock return n" })],
};

describe("maintain, where the operator works", () => {
  test("hands over, says so, and tells each change once", async () => {
    const { world, asked } = worldWhere(works, emptied);
    expect(await world.run("maintain", "n", "--reason=kernel", "--ticket=OPS-1", "--timeout=1h", "--power-off=Manual")).toBe(0);
    expect(world.out.written).toBe("maintenance.drydock.dev/n created\n");
    expect(world.err.written).toBe(
      [
        "the operator carries it out (drydock-system/drydock-operator is held by pod-1); this command follows",
        "n: Draining: 3 pods are still to leave",
        "  waiting  web/a: its budget allows none",
        "           → add a replica",
        "done: n: node n is empty and kept out; to bring it back: drydock return n",
        "",
      ].join("\n"),
    );
    expect(asked).toMatchObject([
      {
        choice: { names: ["n"] },
        spec: { reason: "kernel", ticket: "OPS-1", timeout: "1h", powerOff: "Manual" },
        parallel: 1,
        follow: true,
      },
    ]);
    expect(asked[0]?.spec.drain).toBeUndefined();
  });

  test("what is agreed to beside the defaults stands in the object", async () => {
    const { world, asked } = worldWhere(works, emptied);
    await world.run("maintain", "n", "--allow=budget-violation", "--deadline=90m", "--grace-period=30", "--honor=karpenter", "--no-wait");
    const allow = ["unmanaged", "emptydir", "budget-violation", "partial"];
    expect(asked).toMatchObject([{ follow: false, spec: { drain: { allow, deadline: "1h30m", grace: "30s", honor: ["karpenter"] } } }]);
  });

  test("with --no-wait nothing is followed, and none of the identity but the process is shown", async () => {
    const presence = { ...works, leader: "pod-1_66645436-95b8-4323-98ea-402b13479fdb" };
    const { world } = worldWhere(presence, { kind: "followed", ends: [end("not-followed")] });
    expect(await world.run("maintain", "n", "--no-wait")).toBe(0);
    expect(world.err.written).toContain("the operator carries it out (drydock-system/drydock-operator is held by pod-1)\n");
  });

  test("-q says nothing where all went well; -o name prints the object alone", async () => {
    const { world } = worldWhere(works, emptied);
    expect(await world.run("maintain", "n", "-q", "-o", "name")).toBe(0);
    expect(world.out.written).toBe("maintenance.drydock.dev/n\n");
    expect(world.err.written).toBe("");
  });

  test("what a webhook says beside its yes is told, even with -q", async () => {
    const { world } = worldWhere(works, emptied, {}, ["etcd's members cannot be seen"]);
    expect(await world.run("maintain", "n", "-q")).toBe(0);
    expect(world.err.written).toBe("Warning: etcd's members cannot be seen\n");
  });

  test("-o json is one document", async () => {
    const { world } = worldWhere(works, emptied);
    await world.run("maintain", "n", "-o", "json");
    expect(JSON.parse(world.out.written)).toMatchObject({
      kind: "MaintenanceResult",
      command: "maintain",
      exitCode: 0,
      result: "followed",
      items: [{ node: "n", maintenance: "n", end: "reached", phase: "Drained" }],
    });
  });

  test.each<readonly [string, ObjectsOutcome, number, readonly string[]]>([
    [
      "one is under way",
      { kind: "in-maintenance", nodes: [{ node: "n", name: "os-patch", phase: "Drained" }] },
      2,
      ["maintenance/os-patch is Drained", "drydock return n", "nothing was changed"],
    ],
    [
      "a webhook refuses",
      { kind: "not-accepted", targets: [{ target: "n", message: "quorum", webhook: "maintenance.drydock.dev", denied: false }] },
      2,
      ["webhook maintenance.drydock.dev: quorum", "nothing was changed"],
    ],
    [
      "a right is missing",
      { kind: "not-accepted", targets: [{ target: "n", message: "cannot create", denied: true }] },
      5,
      ["not permitted: cannot create"],
    ],
    [
      "what is left waits for a person",
      { kind: "followed", ends: [end("blocked", { message: "the last pod" })] },
      6,
      ["the last pod", "goes on by itself when that ends; give up: drydock cancel n"],
    ],
    ["it has failed", { kind: "followed", ends: [end("failed", { message: "lost the lease" })] }, 1, ["lost the lease", "drydock retry n"]],
    ["it is not in time", { kind: "followed", ends: [end("timed-out", { message: "not empty" })] }, 3, ["not in time", "drydock why n"]],
    [
      "it is stopped",
      { kind: "followed", ends: [end("left", { phase: "Draining" }), { node: "m", end: "untouched" }] },
      130,
      ["the operator goes on with maintenance/n", "drydock cancel n", "node m was not begun"],
    ],
    [
      "one of two is blocked",
      { kind: "followed", ends: [end("reached", { message: "empty" }), end("blocked", { message: "bare" }, "m")] },
      6,
      ["done: n: empty", "node m is not empty: bare"],
    ],
  ])("says the cause and the next step where %s", async (_, outcome, code, texts) => {
    const { world } = worldWhere(works, outcome);
    expect(await world.run("maintain", "n")).toBe(code);
    for (const text of texts) expect(world.err.written).toContain(text);
  });
});

describe("maintain, without an operator", () => {
  test("empties the nodes here, with the defaults of an object", async () => {
    const { world, drained, asked } = worldWhere(absent, emptied);
    expect(await world.run("maintain", "n", "--reason=kernel")).toBe(0);
    expect(asked).toEqual([]);
    expect(drained).toMatchObject([{ choice: { names: ["n"] }, dryRun: "none" }]);
    expect([...(drained[0]?.allow ?? [])].toSorted()).toEqual(["daemonsets", "emptydir", "partial", "unmanaged"]);
    expect(world.err.written).toContain("no operator is installed: the work is done here, in the foreground");
    expect(world.err.written).toContain("--reason is not kept");
  });

  test.each(["--no-wait", "--hold-until-released", "--power-off=Manual", "--on-delete=KeepOut"])(
    "refuses %s, which nobody would see to",
    async (flag) => {
      const { world, drained } = worldWhere(absent, emptied);
      expect(await world.run("maintain", "n", flag)).toBe(4);
      expect(world.err.written).toContain(`${flag.split("=")[0]} needs the operator, and no operator is installed`);
      expect(drained).toEqual([]);
    },
  );

  test("a dry run is one, operator or not", async () => {
    const { world, drained, asked } = worldWhere(works, emptied);
    expect(await world.run("maintain", "n", "--dry-run=server")).toBe(0);
    expect(drained).toMatchObject([{ dryRun: "server" }]);
    expect(asked).toEqual([]);
  });

  test("--dry-run=client -o yaml prints the objects and asks no server", async () => {
    const { world } = worldWhere(works, emptied, {
      connect: () => {
        throw new Error("a server was asked");
      },
    });
    expect(await world.run("maintain", "n", "m", "--dry-run=client", "-o", "yaml", "--reason=kernel")).toBe(0);
    const printed = parseAllDocuments(world.out.written).map((document): unknown => document.toJS());
    expect(printed).toEqual(
      ["n", "m"].map((name) => ({
        apiVersion: "drydock.dev/v1alpha1",
        kind: "Maintenance",
        metadata: { name },
        spec: { nodeName: name, reason: "kernel" },
      })),
    );
  });
});

test("where nobody may see whether an operator works, the object is made and that is said even with -q", async () => {
  const { world, asked } = worldWhere({ kind: "unproven", message: "cannot list leases" }, emptied);
  expect(await world.run("maintain", "n", "-q")).toBe(0);
  expect(asked).toHaveLength(1);
  expect(world.err.written).toContain("Warning: whether the operator works may not be read (cannot list leases)");
});
