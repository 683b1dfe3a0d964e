import { describe, expect, test } from "vitest";
import { type CliLine, ndjson } from "../drydock.ts";
import type { Scene } from "../scene.ts";
import { atOnce, stage } from "./stage.ts";

interface Told {
  readonly moved: string;
  readonly by: string | null;
  readonly state: string;
  readonly node: string | null;
  readonly reason: string | null;
  readonly message: string;
}

interface Destination {
  readonly kind: string;
  readonly name: string;
  readonly pods: readonly Told[];
}

const destinationsIn = (stdout: string): readonly Destination[] => {
  const result = ndjson(stdout).find(({ kind }) => kind === "Result");
  const nodes = (result?.["nodes"] ?? []) as readonly { readonly destinations: readonly Destination[] }[];
  return nodes.flatMap(({ destinations }) => destinations);
};

async function drained(
  scene: Scene,
  ...args: string[]
): Promise<{ readonly destinations: readonly Destination[]; readonly stderr: string }> {
  const { code, stdout, stderr } = await scene.drydock("drain", scene.nodes[0], "-o", "ndjson", "--force", ...args);
  if (code !== 0) throw new Error(`the drain ended with ${code}: ${stderr}`);
  return { destinations: destinationsIn(stdout), stderr };
}

const accepted = (line: CliLine): boolean => line.event === "accepted";

/** What is said of each successor is what the API shows of it. */
async function agree(scene: Scene, destinations: readonly Destination[]): Promise<void> {
  const pods = await scene.pods();
  for (const { by, node } of destinations.flatMap(({ pods: told }) => told)) {
    if (by === null) continue;
    const pod = pods.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === by);
    expect(pod?.spec.nodeName ?? null).toBe(node);
  }
}

describe.concurrent("where workloads went", () => {
  test("is told of Deployments, StatefulSets and bare ReplicaSets, and is true", () =>
    stage.play({ name: "went", nodes: 3 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const pods = { ready: 0.5, gone: 1 };
      await scene.deployment({ name: "web", replicas: 4, on: [node, node, node, other], pods });
      await scene.statefulSet({ name: "db", replicas: 2, on: [node, other], pods, spec: atOnce });
      await stage.plane.createReplicaSet({
        name: "bare",
        namespace: scene.namespace,
        replicas: 2,
        on: [node],
        pods: { ...pods, spec: { nodeSelector: { "drydock.test/scene": scene.namespace } } },
      });
      await stage.plane.podsReady({ namespace: scene.namespace, labelSelector: "app=bare" }, 2);
      const { destinations, stderr } = await drained(scene);
      expect(destinations.map(({ kind, name, pods: told }) => [kind, name, told.length])).toEqual([
        ["Deployment", "web", 3],
        ["ReplicaSet", "bare", 2],
        ["StatefulSet", "db", 1],
      ]);
      const told = destinations.flatMap((one) => one.pods);
      expect(told.filter(({ moved }) => moved.includes("/web-") || moved.includes("/db-")).map(({ state }) => state)).toEqual(
        Array.from({ length: 4 }, () => "running"),
      );
      expect(destinations.find(({ kind }) => kind === "StatefulSet")?.pods[0]).toMatchObject({
        moved: `${scene.namespace}/db-0`,
        by: `${scene.namespace}/db-0`,
      });
      await agree(scene, destinations);
      expect(stderr).toMatch(/WORKLOAD +PODS +NOW\n.*Running on went-/s);
    }));

  test("a pod that finds no room is Pending, in the scheduler's words", () =>
    stage.play({ name: "noroom", nodes: [{}, { pods: 1 }] }, async (scene) => {
      await scene.deployment({ name: "web", replicas: 2, on: [scene.nodes[0]] });
      const { destinations, stderr } = await drained(scene);
      const told = destinations.flatMap(({ pods }) => pods);
      expect(told.map(({ state }) => state).toSorted()).toEqual(["pending", "running"]);
      expect(told.find(({ state }) => state === "pending")?.message).toMatch(/^Pending since .*Z: 0\/\d+ nodes are available: /);
      expect(stderr).toContain("Pending since");
      await agree(scene, destinations);
    }));

  test("a workload that was scaled down meanwhile is said not to be replaced, by what its controller wants", () =>
    stage.play({ name: "scaled-down", nodes: 2 }, async (scene) => {
      await scene.deployment({ name: "web", replicas: 2, on: [scene.nodes[0]], pods: { gone: 3, ready: 1 } });
      const running = scene.start("drain", scene.nodes[0], "-o", "ndjson");
      await running.line(accepted);
      await stage.plane.call("PATCH", `/apis/apps/v1/namespaces/${scene.namespace}/deployments/web`, { spec: { replicas: 0 } });
      const { stdout } = await running.ended;
      const told = destinationsIn(stdout).flatMap(({ pods }) => pods);
      expect(told.map(({ state, reason }) => [state, reason])).toEqual([
        ["not-replaced", "scaled-down"],
        ["not-replaced", "scaled-down"],
      ]);
    }));

  test("a controller that may not make another says why", () =>
    stage.play({ name: "quota", nodes: 2 }, async (scene) => {
      await scene.deployment({ name: "web", replicas: 1, on: [scene.nodes[0]], pods: { gone: 1 } });
      const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "none" }, spec: { hard: { pods: "0" } } };
      await stage.plane.call("POST", `/api/v1/namespaces/${scene.namespace}/resourcequotas`, quota);
      const { destinations } = await drained(scene);
      expect(destinations.flatMap(({ pods }) => pods)).toMatchObject([{ state: "not-replaced", reason: "refused", by: null }]);
      expect(destinations[0]?.pods[0]?.message).toContain("quota");
    }));

  test("a pod that nobody manages is not replaced", () =>
    stage.play({ name: "alone", nodes: 2 }, async (scene) => {
      await scene.pod("alone", scene.nodes[0]);
      const { destinations } = await drained(scene);
      expect(destinations.flatMap(({ pods }) => pods)).toMatchObject([{ state: "not-replaced", reason: "no-controller" }]);
    }));
});
