import { describe, expect, test } from "vitest";
import { DrainWorld, statesOf } from "../../test/support/drain-world.ts";

const sketch = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [
    {
      kind: "Deployment",
      namespace: "web",
      name: "web",
      replicas: 4,
      on: ["n", "n", "n", "n"],
      pod: { ready: 1_000, gone: 1_000 },
    },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
} as const;

describe("where something on the way cuts every watch within 300 ms", () => {
  test.each(["cut/1", "cut/2", "cut/3"])("a drain goes on at the pace of a poll, not of a growing back-off (%s)", async (seed) => {
    const world = new DrainWorld(sketch, { seed, faults: { rates: { watchCut: 1 }, longestWatch: 300 } });
    const began = world.clock.now();
    const outcome = await world.until(world.begin(), "patient");
    expect(statesOf(outcome)).toHaveLength(1);
    expect(world.cluster.control.podsOn("n")).toEqual([]);
    expect(world.evictions).toHaveLength(4);
    expect(world.clock.now() - began).toBeLessThan(30_000);
  });
});
