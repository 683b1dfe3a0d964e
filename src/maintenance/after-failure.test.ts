import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf } from "../../test/support/drain-world.ts";
import { heldAnnotation, parseHeld } from "../cluster/view/held-record.ts";
import { holderName } from "../cluster/view/holder.ts";
import type { Node } from "../kube/node.ts";
import { nodes } from "../kube/resource.ts";
import type { Consent } from "../plan/consent.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { cordonNodes } from "./cordon.ts";

const sketch = (given: Partial<ClusterSketch["nodes"][number]> = {}): Partial<ClusterSketch> => ({
  nodes: [{ name: "n", ...given }, { name: "m" }],
  pods: [{ namespace: "web", name: "stuck", on: "n", gone: "hang" }],
});
const allow = new Set<Consent>(["unmanaged"]);
const ask = { allow, timeout: 10_000, onFailure: "uncordon" } as const;

function nodeOf(world: DrainWorld): Node {
  const node = world.cluster.control.find(nodes, { name: "n" });
  if (node === undefined) throw new Error("no node");
  return node;
}

const recordOf = (world: DrainWorld) => parseHeld(nodeOf(world).metadata.annotations?.[heldAnnotation]);
const lifted = (world: DrainWorld) => world.events.filter(({ kind }) => kind === "uncordoned");

describe("a node that could not be emptied", () => {
  test("stays out of scheduling, unless asked otherwise", async () => {
    const world = new DrainWorld(sketch());
    const outcome = await world.drain({ allow, timeout: 10_000 });
    expect(nodesOf(outcome)).toMatchObject([{ state: "timed-out", cordoned: "by-us" }]);
    expect(nodeOf(world).spec?.unschedulable).toBe(true);
    expect(lifted(world)).toEqual([]);
  });

  test("comes back with --on-failure=uncordon, with nothing of ours left on it, and it is said", async () => {
    const world = new DrainWorld(sketch());
    const outcome = await world.drain(ask);
    expect(nodesOf(outcome)).toMatchObject([{ state: "timed-out", cordoned: "no", afterFailure: { kind: "uncordoned" } }]);
    expect(nodeOf(world).spec?.unschedulable).toBeUndefined();
    expect(recordOf(world)).toBeUndefined();
    expect(lifted(world)).toHaveLength(1);
  });

  test("comes back too where a person stops the drain", async () => {
    const world = new DrainWorld(sketch());
    const stop = new AbortController();
    const work = world.begin({ ...ask }, stop.signal);
    await world.reach(() => world.events.some(({ kind }) => kind === "accepted"));
    stop.abort(new Error("Ctrl-C"));
    expect(nodesOf(await world.until(work))).toMatchObject([{ state: "interrupted", afterFailure: { kind: "uncordoned" } }]);
    expect(nodeOf(world).spec?.unschedulable).toBeUndefined();
  });

  test("that somebody else had cordoned before keeps that cordon", async () => {
    const world = new DrainWorld(sketch({ unschedulable: true }));
    const outcome = await world.drain(ask);
    expect(nodesOf(outcome)).toMatchObject([{ cordoned: "by-others", afterFailure: { kind: "kept", why: "foreign" } }]);
    expect(nodeOf(world).spec?.unschedulable).toBe(true);
  });

  test("that somebody else holds too is left to him", async () => {
    const world = new DrainWorld(sketch());
    await world.until(cordonNodes(world.surroundings(undefined, { name: "joe" }), { choice: { names: ["n"] }, dryRun: "none" }));
    const outcome = await world.drain(ask);
    expect(nodesOf(outcome)).toMatchObject([{ cordoned: "by-us", afterFailure: { kind: "kept", why: "held", by: ["joe on laptop"] } }]);
    expect(nodeOf(world).spec?.unschedulable).toBe(true);
    const record = recordOf(world);
    expect(typeof record === "object" ? record.holders.map(holderName) : []).toEqual(["joe"]);
  });

  test("is no node that was emptied: that one stays out", async () => {
    const world = new DrainWorld({ ...sketch(), pods: [{ namespace: "web", name: "goes", on: "n" }] });
    expect(nodesOf(await world.drain(ask))).toMatchObject([{ state: "drained", cordoned: "by-us" }]);
    expect(nodeOf(world).spec?.unschedulable).toBe(true);
  });
});
