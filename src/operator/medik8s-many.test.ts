import { describe, expect, test } from "vitest";
import { MortalApi } from "../../test/support/mortal-api.ts";
import { NodeMaintenanceWorld } from "../../test/support/node-maintenance-world.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

// Many NodeMaintenances at once, which the original works off one after the other; and an operator that dies at any of its writes.

describe("thirty NodeMaintenances", () => {
  test("take as long as the slowest of them, and one that is stuck holds up no other", async () => {
    const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
    const pods = names.flatMap((on, i) => [
      { namespace: "test", name: `slow-${i}`, on, gone: 30_000, labels: { app: i === 7 ? "kept" : "free" } },
    ]);
    const world = new NodeMaintenanceWorld({
      nodes: [...names, "spare"].map((name) => ({ name })),
      pods,
      budgets: [{ namespace: "test", name: "kept", spec: { selector: { matchLabels: { app: "kept" } }, maxUnavailable: 0 } }],
    });
    const before = names.map((name) => world.marks(name));
    await using _ = await world.begin();
    const began = world.world.clock.now();
    for (const name of names) world.put(`nm-${name}`, name);
    const succeeded = (): readonly string[] => names.filter((name) => world.statusOf(`nm-${name}`).phase === "Succeeded");
    await world.world.reach(() => succeeded().length === 29);
    expect(world.world.clock.now() - began).toBeLessThan(40_000);
    expect(succeeded()).not.toContain("n7");
    expect(world.statusOf("nm-n7")).toMatchObject({ phase: "Running", lastError: expect.stringContaining("kept") });
    for (const name of names) world.discard(`nm-${name}`);
    await world.world.reach(() => names.every((name) => world.isGone(`nm-${name}`)));
    expect(names.map((name) => world.marks(name))).toEqual(before);
    await world.world.reach(() => world.told.filter((reason) => reason === "RemovedMaintenance").length === 30);
    for (const [reason, times] of [
      ["BeginMaintenance", 30],
      ["SucceedMaintenance", 29],
      ["UncordonNode", 30],
    ] as const)
      expect(world.told.filter((one) => one === reason)).toHaveLength(times);
  });
});

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n", labels: { zone: "a" }, taints: [{ key: "gpu", effect: "PreferNoSchedule" }] }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 3, on: ["n", "n", "m"], pod: { ready: 1_000, gone: 1_000 } }],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
};

interface End {
  readonly node: object;
  readonly asked: readonly string[];
  readonly deleted: number;
  readonly lease: object | undefined;
  readonly writes: number;
}

/** Out by an object, back by its deletion; the first operator dies after its n-th write. */
async function outAndBack(diesAfter: number, isOfTheOriginal: boolean): Promise<End> {
  const world = new NodeMaintenanceWorld(sketch, { seed: `dies/${diesAfter}` });
  const mortal = new MortalApi(world.world.cluster.api({ name: "first" }), diesAfter);
  if (isOfTheOriginal) {
    world.takeOutAsTheOriginal("n");
    world.putOfTheOriginal("nm", "n", { phase: "Running", evictionPods: 2, totalpods: 2 });
  } else world.put("nm", "n");
  world.start({ api: mortal.api });
  let isReplaced = false;
  const reach = async (holds: () => boolean): Promise<void> => {
    await world.world.reach(() => {
      if (!isReplaced && mortal.isDead) {
        isReplaced = true;
        world.start({ name: "second" });
      }
      return holds();
    });
  };
  await reach(() => world.statusOf("nm").phase === "Succeeded");
  world.discard("nm");
  await reach(() => world.isGone("nm"));
  const { calls } = world.world.cluster.record;
  return {
    node: world.marks(),
    asked: calls.filter(({ verb, answer }) => verb === "evict" && answer === 201).map(({ uid = "" }) => uid),
    deleted: calls.filter(({ verb, resource }) => verb === "delete" && resource === "pods").length,
    lease: world.leaseOf("n"),
    writes: mortal.writes,
  };
}

describe.each([
  ["a NodeMaintenance", false],
  ["one that the original began", true],
])("%s, and an operator that dies after its n-th write", async (_, isOfTheOriginal) => {
  const undisturbed = await outAndBack(Number.POSITIVE_INFINITY, isOfTheOriginal);

  test("its node comes back as it was", () => {
    const untouched = new NodeMaintenanceWorld(sketch);
    expect(undisturbed.node).toEqual(untouched.marks());
    expect(undisturbed.writes).toBeGreaterThan(8);
  });

  test.each(Array.from({ length: undisturbed.writes }, (_, i) => i + 1))(
    "n = %i: the end is the same, nobody is asked twice",
    async (n) => {
      const end = await outAndBack(n, isOfTheOriginal);
      expect(end.node).toEqual(undisturbed.node);
      expect(new Set(end.asked).size).toBe(end.asked.length);
      expect(end.asked).toHaveLength(undisturbed.asked.length);
      expect([end.deleted, end.lease]).toEqual([0, undefined]);
    },
  );
});
