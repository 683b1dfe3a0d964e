import { describe, expect, test } from "vitest";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import { nodes } from "../../kube/resource.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { type MaintainOptions, maintainNodes } from "./maintain.ts";
import type { ObjectEvent, ObjectsOutcome } from "./outcome.ts";
import { type ReturnOptions, returnNodes } from "./return.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }, { name: "o" }],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["n", "n", "m", "m"], pod: { ready: 1_000, gone: 1_000 } },
  ],
};
const withBarePod: Partial<ClusterSketch> = { ...sketch, pods: [{ namespace: "web", name: "bare", on: "n" }] };

interface Asked {
  readonly outcome: Promise<ObjectsOutcome>;
  readonly events: ObjectEvent[];
}

function maintain(world: OperatorWorld, o: Partial<MaintainOptions> = {}, stop?: AbortSignal): Asked {
  const events: ObjectEvent[] = [];
  const outcome = maintainNodes(world.world.surroundings(stop), {
    choice: { names: ["n"] },
    spec: {},
    parallel: 1,
    follow: true,
    report: (event) => events.push(event),
    ...o,
  });
  return { outcome, events };
}

function bringBack(world: OperatorWorld, o: Partial<ReturnOptions> = {}): Promise<ObjectsOutcome> {
  const options = { choice: { names: ["n"] }, release: false, follow: true, report: () => {}, ...o };
  return world.world.until(returnNodes(world.world.surroundings(), options));
}

const unschedulable = (world: OperatorWorld, name = "n"): boolean => world.control.find(nodes, { name })?.spec?.unschedulable === true;

describe("maintain", () => {
  test("makes an object for the node, and follows it until the node is empty", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    const { outcome, events } = maintain(world, { spec: { reason: "kernel", ticket: "OPS-1" } });
    expect(await world.world.until(outcome)).toMatchObject({ kind: "followed", ends: [{ node: "n", name: "n", end: "reached" }] });
    expect(world.seen("n")?.spec).toMatchObject({ nodeName: "n", reason: "kernel", ticket: "OPS-1", desired: "Out" });
    expect(events[0]?.kind).toBe("created");
    const phases = events.flatMap(({ object }) => object.status?.phase ?? []);
    expect([...new Set(phases)]).toEqual(expect.arrayContaining(["Draining", "Drained"]));
  });

  test("takes one node after the other, and two at a time where it is told to", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    const { outcome, events } = maintain(world, { choice: { names: ["n", "m"] } });
    await world.world.until(outcome);
    const names = events.map(({ kind, object }) => `${kind} ${object.metadata.name} ${object.status?.phase ?? ""}`);
    expect(names.indexOf("created m ")).toBeGreaterThan(names.indexOf("seen n Drained"));
    const both = new OperatorWorld(sketch);
    await using __ = await both.begin();
    const together = maintain(both, { choice: { names: ["n", "m"] }, parallel: 2 });
    await both.world.until(together.outcome);
    const first = together.events.filter(({ kind }) => kind !== "seen").map(({ object }) => object.metadata.name);
    expect(first.toSorted()).toEqual(["m", "n"]);
    expect(together.events.findIndex(({ object }) => object.status?.phase === "Drained")).toBeGreaterThan(1);
  });

  test("names the maintenance that is under way, and writes nothing for any node", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    world.maintain("os-patch", { nodeName: "n" });
    await world.reach("os-patch", "Drained");
    const { outcome } = maintain(world, { choice: { names: ["m", "n"] } });
    expect(await world.world.until(outcome)).toEqual({
      kind: "in-maintenance",
      nodes: [{ node: "n", name: "os-patch", phase: "Drained" }],
    });
    expect(world.seen("m")).toBeUndefined();
  });

  test("after one that is over a number is added to the name", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    await world.world.until(maintain(world).outcome);
    await bringBack(world);
    expect(await world.world.until(maintain(world).outcome)).toMatchObject({ ends: [{ node: "n", name: "n-2", end: "reached" }] });
  });

  test("ends where all that is left waits for a person, and the operator keeps at it", async () => {
    const world = new OperatorWorld(withBarePod);
    await using _ = await world.begin();
    const { outcome } = maintain(world, { spec: { drain: { allow: ["partial"] } } });
    const ended = await world.world.until(outcome);
    expect(ended).toMatchObject({ ends: [{ end: "blocked", object: { status: { phase: "Blocked" } } }] });
    world.edit("n", { drain: { allow: ["partial", "unmanaged"] } });
    await world.reach("n", "Drained");
  });

  test("stopped, leaves what was begun to the operator, and begins nothing more", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    const stop = new AbortController();
    const { outcome, events } = maintain(world, { choice: { names: ["n", "m"] } }, stop.signal);
    await world.world.reach(() => events.some(({ object }) => object.status?.phase === "Draining"));
    stop.abort();
    expect(await world.world.until(outcome)).toMatchObject({
      kind: "followed",
      ends: [
        { node: "n", end: "left" },
        { node: "m", end: "untouched" },
      ],
    });
    await world.reach("n", "Drained");
    expect(world.seen("m")).toBeUndefined();
  });

  test("that somebody deletes is over for the one who follows", async () => {
    const world = new OperatorWorld(withBarePod);
    await using _ = await world.begin();
    const { outcome, events } = maintain(world);
    await world.world.reach(() => events.some(({ object }) => object.status?.phase === "Draining"));
    world.remove("n");
    expect(await world.world.until(outcome)).toMatchObject({ ends: [{ node: "n", end: "overruled" }] });
  });

  test("that the server does not take is not made for any node", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    const { outcome } = maintain(world, { choice: { names: ["n", "m"] }, spec: { drain: { deadline: "1h" } } });
    expect(await world.world.until(outcome)).toMatchObject({
      kind: "not-accepted",
      targets: [{ target: "n", message: expect.stringContaining("budget-violation"), denied: false }, { target: "m" }],
    });
    expect(world.seen("n")).toBeUndefined();
  });

  test("of a node that does not exist says so", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    const { outcome } = maintain(world, { choice: { names: ["q"] } });
    expect(await world.world.until(outcome)).toMatchObject({ kind: "no-such-node", names: ["q"] });
  });
});

describe("return", () => {
  test("wants the node in, and follows until it is as it was", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    await world.world.until(maintain(world).outcome);
    expect(unschedulable(world)).toBe(true);
    expect(await bringBack(world)).toMatchObject({ kind: "followed", ends: [{ node: "n", end: "reached" }] });
    expect(unschedulable(world)).toBe(false);
  });

  test("ends at a hold, which a person releases", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    await world.world.until(maintain(world, { spec: { holdUntilReleased: true } }).outcome);
    expect(await bringBack(world)).toMatchObject({ ends: [{ node: "n", end: "held", object: { status: { phase: "AwaitingRelease" } } }] });
    expect(unschedulable(world)).toBe(true);
    expect(await bringBack(world, { release: true })).toMatchObject({ ends: [{ node: "n", end: "reached" }] });
    expect(unschedulable(world)).toBe(false);
  });

  test("waits for checks that fail, at most as long as it is told to", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    const checks = { expressions: [{ name: "fit", expression: "false", message: "not fit" }] };
    await world.world.until(maintain(world, { spec: { checks } }).outcome);
    const late = await bringBack(world, { timeout: 60_000 });
    expect(late).toMatchObject({ ends: [{ end: "timed-out", object: { status: { message: expect.stringContaining("not fit") } } }] });
    expect(unschedulable(world)).toBe(true);
  });

  test("of a node that no object takes out writes nothing", async () => {
    const world = new OperatorWorld(sketch);
    await using _ = await world.begin();
    expect(await bringBack(world)).toEqual({ kind: "not-in-maintenance", targets: ["n"], all: true });
  });
});
