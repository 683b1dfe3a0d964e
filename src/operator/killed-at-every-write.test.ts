import { describe, expect, test } from "vitest";
import { MortalApi } from "../../test/support/mortal-api.ts";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import { nodes } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

// A process may die between any two of its writes. Whoever comes after knows what the API knows, and nothing else.

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n", labels: { zone: "a" }, taints: [{ key: "gpu", effect: "PreferNoSchedule" }] }, { name: "m" }, { name: "o" }],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 3, on: ["n", "n", "m"], pod: { ready: 1_000, gone: 1_000 } },
    { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
};

interface End {
  readonly node: object;
  readonly phase: string | undefined;
  readonly asked: readonly string[];
  readonly deleted: readonly string[];
  readonly writes: number;
}

/** Out and back; the first operator dies after its n-th write. */
async function outAndBack(diesAfter: number): Promise<End> {
  const world = new OperatorWorld(sketch, { seed: `dies/${diesAfter}` });
  const mortal = new MortalApi(world.world.cluster.api({ name: "first" }), diesAfter);
  world.start({ api: mortal.api });
  let isReplaced = false;
  const replace = (): void => {
    if (isReplaced || !mortal.isDead) return;
    isReplaced = true;
    world.start({ name: "second" });
  };
  const reach = async (holds: () => boolean): Promise<void> => {
    await world.world.reach(() => {
      replace();
      return holds();
    });
  };
  world.maintain("os-patch", { nodeName: "n" });
  await reach(() => world.phase("os-patch") === "Drained");
  world.edit("os-patch", { desired: "In" });
  await reach(() => world.phase("os-patch") === "Finished");
  const { spec, metadata } = world.control.find(nodes, { name: "n" }) ?? {};
  const { calls } = world.world.cluster.record;
  return {
    node: { spec, labels: metadata?.labels, annotations: metadata?.annotations ?? {} },
    phase: world.phase("os-patch"),
    asked: calls.filter(({ verb, answer }) => verb === "evict" && answer === 201).map(({ uid = "" }) => uid),
    deleted: calls.filter(({ verb, resource }) => verb === "delete" && resource === "pods").map(({ name = "" }) => name),
    writes: mortal.writes,
  };
}

describe("an operator that dies after its n-th write, and one that goes on", async () => {
  const undisturbed = await outAndBack(Number.POSITIVE_INFINITY);

  test("an undisturbed one makes writes enough for this to mean something", () => {
    expect(undisturbed.writes).toBeGreaterThan(8);
  });

  test.each(Array.from({ length: undisturbed.writes }, (_, i) => i + 1))(
    "n = %i: the end is the same, and nobody is asked twice",
    async (n) => {
      const end = await outAndBack(n);
      expect(end.node).toEqual(undisturbed.node);
      expect(end.phase).toBe("Finished");
      expect(new Set(end.asked).size).toBe(end.asked.length);
      expect(end.asked).toHaveLength(undisturbed.asked.length);
      expect(end.deleted).toEqual([]);
    },
  );
});
