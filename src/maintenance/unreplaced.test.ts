import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf } from "../../test/support/drain-world.ts";
import { pods, replicaSets } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import type { Destination } from "./destination.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: ["n", "m"].map((name) => ({ name })),
  workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"], pod: { gone: 2_000 } }],
};

async function drained(world: DrainWorld): Promise<readonly Destination[]> {
  const [node] = nodesOf(await world.drain({ allow: new Set(["unmanaged"]) }));
  return node?.destinations ?? [];
}

const kinds = (destinations: readonly Destination[]): readonly string[] =>
  destinations.flatMap(({ pods: told }) => told.map(({ where }) => ("why" in where ? `${where.kind} ${where.why}` : where.kind)));

describe("at the end of a drain", () => {
  test("each workload is where its controller has put it", async () => {
    const world = new DrainWorld(sketch);
    expect(kinds(await drained(world))).toEqual(["running", "running"]);
    const [destination] = await drained(new DrainWorld(sketch));
    expect(destination?.pods.map(({ where }) => ("node" in where ? where.node : ""))).toEqual(["m", "m"]);
  });

  test("a workload that was scaled down meanwhile is not replaced, and its controller says so", async () => {
    const world = new DrainWorld(sketch);
    world.onEvent = ({ kind }) => {
      if (kind !== "cordoned") return;
      const [set] = world.cluster.control.all(replicaSets, "web");
      world.cluster.control.edit(
        replicaSets,
        { namespace: "web", name: set?.metadata.name ?? "" },
        { kind: "merge", body: { spec: { replicas: 0 } } },
      );
    };
    expect(kinds(await drained(world))).toEqual(["not-replaced scaled-down", "not-replaced scaled-down"]);
  });

  test("a pod that nothing manages is not replaced", async () => {
    const world = new DrainWorld({ ...sketch, workloads: [], pods: [{ namespace: "web", name: "bare", on: "n" }] });
    expect(kinds(await drained(world))).toEqual(["not-replaced no-controller"]);
  });

  test("what had ended before is no workload that went anywhere", async () => {
    const world = new DrainWorld({ ...sketch, workloads: [], pods: [{ namespace: "web", name: "done", on: "n", phase: "Succeeded" }] });
    expect(await drained(world)).toEqual([]);
  });

  test("one that finds no room is Pending, with the scheduler's words", async () => {
    const world = new DrainWorld({ ...sketch, nodes: [{ name: "n" }, { name: "m", pods: 1 }] });
    const [destination] = await drained(world);
    const pending = destination?.pods.find(({ where }) => where.kind === "pending")?.where;
    expect(pending).toMatchObject({ kind: "pending" });
    expect(world.cluster.control.all(pods, "web")).toHaveLength(2);
  });
});
