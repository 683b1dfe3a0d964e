import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf, statesOf } from "../../test/support/drain-world.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import { nodes } from "../kube/resource.ts";
import { cordonNodes, uncordonNodes } from "./cordon.ts";
import type { Consent } from "../plan/consent.ts";
import { taintNodes } from "./taint.ts";
import type { CordonOptions } from "./work.ts";

const sketch = {
  nodes: [
    { name: "n", labels: { pool: "a" } },
    { name: "m", labels: { pool: "a" } },
    { name: "foreign", unschedulable: true },
  ],
};
const options = (names: readonly string[], given: Partial<CordonOptions> = {}): CordonOptions => ({
  choice: { names },
  dryRun: "none",
  ...given,
});

const nodeOf = (world: DrainWorld, name = "n") => world.cluster.control.find(nodes, { name });
const cordon = (world: DrainWorld, ...names: readonly string[]) => world.until(cordonNodes(world.surroundings(), options(names)));
const uncordon = (world: DrainWorld, ...names: readonly string[]) => world.until(uncordonNodes(world.surroundings(), options(names)));

describe("cordon and uncordon", () => {
  test("leave the node exactly as it was, versions and managers aside", async () => {
    const world = new DrainWorld(sketch);
    const before = nodeOf(world);
    expect(nodesOf(await cordon(world, "n"))).toMatchObject([{ state: "cordoned", cordoned: "by-us" }]);
    expect(nodeOf(world)?.spec?.unschedulable).toBe(true);
    await world.elapse(5_000);
    expect(statesOf(await uncordon(world, "n"))).toEqual(["n uncordoned"]);
    await world.elapse(5_000);
    const after = nodeOf(world);
    expect([after?.metadata.annotations ?? {}, after?.metadata.labels, after?.spec]).toEqual([
      before?.metadata.annotations ?? {},
      before?.metadata.labels,
      before?.spec,
    ]);
  });

  test("twice is once: the second says so and writes nothing", async () => {
    const world = new DrainWorld(sketch);
    await cordon(world, "n");
    const version = nodeOf(world)?.metadata.resourceVersion;
    await cordon(world, "n");
    expect(world.events).toMatchObject([
      { kind: "cordoned", already: false },
      { kind: "cordoned", already: true, foreign: false },
    ]);
    const ours = world.cluster.record.entries.filter((entry) => entry.by === "jane");
    expect(ours).toHaveLength(1);
    expect(version).toBeDefined();
  });

  test("of a node that somebody else cordoned: written down as foreign; lifted only by a person's order, which names them", async () => {
    const world = new DrainWorld(sketch);
    expect(nodesOf(await cordon(world, "foreign"))).toMatchObject([{ cordoned: "by-others" }]);
    expect(nodeOf(world, "foreign")?.metadata.annotations?.[heldAnnotation]).toContain('"wasCordoned":true');
    await uncordon(world, "foreign");
    expect(world.events.at(-1)).toMatchObject({ kind: "uncordoned", already: false, overrides: [{ record: "managedFields" }] });
    expect(nodeOf(world, "foreign")?.spec?.unschedulable ?? false).toBe(false);
  });

  test("by two people: the second is named as overridden by the first one's uncordon", async () => {
    const world = new DrainWorld(sketch);
    await cordon(world, "n");
    await world.until(cordonNodes(world.surroundings(undefined, { name: "joe" }), options(["n"])));
    await uncordon(world, "n");
    expect(world.events.at(-1)).toMatchObject({ overrides: [{ who: "joe on laptop", record: "held" }] });
  });

  test("an uncordon leaves our taint on the node, and says so", async () => {
    const world = new DrainWorld(sketch);
    const taint = { key: "runai", value: "drain", effect: "NoExecute" };
    const changes = { add: [taint], remove: [] };
    const asked = { choice: { names: ["n"] }, overwrite: false, allow: new Set<Consent>(), dryRun: "none", show: () => {} } as const;
    await world.until(taintNodes(world.surroundings(), { ...asked, changes }));
    await cordon(world, "n");
    await uncordon(world, "n");
    expect(world.events.at(-1)).toMatchObject({ kind: "uncordoned", already: false, taints: ["runai=drain:NoExecute"] });
    await world.elapse(1_000);
    expect(nodeOf(world)?.spec).toEqual({ taints: [taint] });
    expect(nodeOf(world)?.metadata.annotations?.[heldAnnotation]).toContain('"added":["runai=drain:NoExecute"]');
  });

  test("of several by a selector, each once", async () => {
    const world = new DrainWorld(sketch);
    const outcome = await world.until(cordonNodes(world.surroundings(), { choice: { names: [], selector: "pool=a" }, dryRun: "none" }));
    expect(statesOf(outcome).toSorted()).toEqual(["m cordoned", "n cordoned"]);
  });
});

describe("nothing is touched", () => {
  const writes = (world: DrainWorld) => world.cluster.record.entries.filter((entry) => entry.by === "jane");

  test.each([
    { what: "where one name does not exist", choice: { names: ["n", "nn"] }, kind: "no-such-node" },
    { what: "where the selector matches none", choice: { names: [], selector: "pool=b" }, kind: "no-node-selected" },
  ])("$what", async ({ choice, kind }) => {
    const world = new DrainWorld(sketch);
    const outcome = await world.until(cordonNodes(world.surroundings(), { choice, dryRun: "none" }));
    expect(outcome.kind).toBe(kind);
    expect(writes(world)).toEqual([]);
  });

  test("where it is not permitted, which is known beforehand", async () => {
    const world = new DrainWorld(sketch);
    const surroundings = world.surroundings(undefined, { deny: [{ verb: "patch", resource: "nodes" }] });
    const outcome = await world.until(cordonNodes(surroundings, options(["n"])));
    expect(outcome).toMatchObject({ kind: "denied", missing: [{ verb: "patch", resource: "nodes" }] });
  });

  test.each(["client", "server"] as const)("in a dry run (%s), which says what would be done", async (dryRun) => {
    const world = new DrainWorld(sketch);
    await world.until(cordonNodes(world.surroundings(), options(["n"], { dryRun })));
    await world.until(uncordonNodes(world.surroundings(), options(["foreign"], { dryRun })));
    expect(world.events).toMatchObject([
      { kind: "cordoned", node: "n", already: false, dryRun: true },
      { kind: "uncordoned", node: "foreign", already: false, dryRun: true },
    ]);
    expect(writes(world)).toEqual([]);
  });

  test("when it is stopped while it reads", async () => {
    const world = new DrainWorld(sketch);
    const stop = new AbortController();
    const work = cordonNodes(world.surroundings(stop.signal), options(["n"]));
    stop.abort(new Error("SIGINT"));
    expect(await world.until(work)).toEqual({ kind: "stopped-before", why: "interrupted" });
    expect(writes(world)).toEqual([]);
  });
});

test("stopped while it writes, the node's outcome is a failure with its reason, not an error", async () => {
  for (let ms = 1; ms < 40; ms += 3) {
    const world = new DrainWorld(sketch);
    const stop = new AbortController();
    const work = cordonNodes(world.surroundings(stop.signal), options(["n"]));
    await world.elapse(ms);
    stop.abort(new Error("SIGINT"));
    const outcome = await world.until(work);
    expect(["stopped-before", "finished"]).toContain(outcome.kind);
  }
});
