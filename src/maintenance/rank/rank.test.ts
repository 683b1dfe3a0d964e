import { describe, expect, test } from "vitest";
import { drainOptions, DrainWorld } from "../../../test/support/drain-world.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { rankNodes, type Ranking } from "./rank.ts";

const pool: ClusterSketch = {
  nodes: [...["busy", "idle", "single", "naked", "stuck"].map((name) => ({ name, labels: { pool: "blue" } })), { name: "spare" }],
  workloads: [
    { kind: "Deployment", namespace: "shop", name: "web", replicas: 4, on: ["busy", "busy", "busy", "single"] },
    { kind: "Deployment", namespace: "shop", name: "one", replicas: 1, on: ["single"] },
    { kind: "Deployment", namespace: "shop", name: "pinned", replicas: 1, on: ["stuck"] },
    { kind: "DaemonSet", namespace: "shop", name: "logs" },
  ],
  budgets: [{ namespace: "shop", name: "pinned", spec: { selector: { matchLabels: { app: "pinned" } }, minAvailable: 1 } }],
  pods: [{ namespace: "shop", name: "bare", on: "naked", emptyDir: true }],
};

async function ranked(world: DrainWorld, deny: readonly { readonly verb: "list"; readonly resource: string }[] = []): Promise<Ranking> {
  const s = world.surroundings(undefined, { deny });
  const result = await world.until(rankNodes(s, drainOptions({ nodes: ["stuck", "naked", "single", "idle", "busy"] })));
  if (result.kind !== "ranked") throw new Error(`not ranked: ${result.kind}`);
  return result;
}

describe("the order of nodes by what their drain disturbs", () => {
  test("begins with those that nobody misses, and ends with those that cannot be emptied", async () => {
    const { nodes, findings } = await ranked(new DrainWorld(pool));
    expect(nodes.map(({ rank, node, points, pods }) => [rank, node, points, pods])).toEqual([
      [1, "idle", 0, 0],
      [2, "busy", 3, 3],
      [3, "single", 52, 2],
      [4, "naked", 111, 1],
      [5, "stuck", 1_000, 0],
    ]);
    expect(findings).toEqual([]);
  });

  test("plans each node as if it alone were drained: the others have room", async () => {
    const nodes = pool.nodes.filter(({ name }) => name !== "spare").map((node) => ({ ...node, cpu: "2" }));
    const workloads = [
      { kind: "Deployment" as const, namespace: "shop", name: "web", replicas: 2, on: ["busy", "idle"], pod: { cpu: "2" } },
    ];
    const { nodes: ranking } = await ranked(new DrainWorld({ ...pool, nodes, workloads, budgets: [], pods: [] }));
    expect(ranking.flatMap(({ parts }) => parts.map(({ part }) => part)).filter((part) => part === "no-room")).toEqual([]);
  });

  test("counts pods without room elsewhere", async () => {
    const workloads = [
      { kind: "Deployment" as const, namespace: "shop", name: "big", replicas: 2, on: ["busy", "idle"], pod: { cpu: "7" } },
    ];
    const nodes = pool.nodes.map((node) => (node.name === "busy" || node.name === "idle" ? node : { ...node, cpu: "1" }));
    const { nodes: ranking } = await ranked(new DrainWorld({ ...pool, nodes, workloads, budgets: [], pods: [] }));
    expect(
      ranking.filter(({ parts }) => parts.some(({ part, count }) => part === "no-room" && count === 1)).map(({ node }) => node),
    ).toEqual(["busy", "idle"]);
    expect(ranking.map(({ rank }) => rank)).toEqual([1, 1, 1, 4, 4]);
  });

  test("says what it could not take into account", async () => {
    const { nodes, findings } = await ranked(new DrainWorld(pool), [{ verb: "list", resource: "nodes" }]);
    expect(nodes).toHaveLength(5);
    expect(findings).toMatchObject([{ code: "room-not-checked" }]);
  });
});
