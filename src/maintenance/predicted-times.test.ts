import { describe, expect, test } from "vitest";
import { type Ask, DrainWorld, drainOptions } from "../../test/support/drain-world.ts";
import type { BudgetSpec } from "../kube/budget.ts";
import type { ClusterSketch, WorkloadSketch } from "../simulator/sketch.ts";
import { previewNodes } from "./preview.ts";

interface App {
  readonly kind?: WorkloadSketch["kind"];
  readonly replicas: number;
  readonly ready: number;
  readonly gone: number;
  readonly on?: readonly string[];
  readonly budget?: BudgetSpec;
}

function clusterOf(apps: Readonly<Record<string, App>>): Partial<ClusterSketch> {
  return {
    nodes: ["n", "m", "o", "p"].map((name) => ({ name })),
    workloads: Object.entries(apps).map(([name, { kind = "Deployment", replicas, ready, gone, on = ["n"] }]) => ({
      kind,
      namespace: "web",
      name,
      replicas,
      on: Array.from({ length: replicas }, (_, i) => on[i % on.length] ?? "n"),
      pod: { ready: ready * 1_000, gone: gone * 1_000 },
    })),
    budgets: Object.entries(apps).flatMap(([name, { budget }]) =>
      budget === undefined ? [] : [{ namespace: "web", name, spec: { selector: { matchLabels: { app: name } }, ...budget } }],
    ),
  };
}

describe("what a preview says of the time holds for the drain", () => {
  test.each<{ what: string; apps: Readonly<Record<string, App>>; ask?: Ask; off: number }>([
    { what: "one budget of 1", apps: { web: { replicas: 8, ready: 5, gone: 2, budget: { maxUnavailable: 1 } } }, off: 0.1 },
    { what: "a share", apps: { web: { replicas: 20, ready: 7, gone: 2, budget: { minAvailable: "80%" } } }, off: 0.1 },
    {
      what: "a StatefulSet",
      apps: { db: { kind: "StatefulSet", replicas: 3, ready: 9, gone: 2, budget: { maxUnavailable: 1 } } },
      off: 0.15,
    },
    {
      what: "budgets side by side",
      apps: {
        slow: { replicas: 3, ready: 20, gone: 2, budget: { maxUnavailable: 1 } },
        quick: { replicas: 9, ready: 2, gone: 2, budget: { maxUnavailable: 2 } },
      },
      off: 0.1,
    },
    {
      what: "nodes in turn under one budget",
      apps: { web: { replicas: 6, ready: 8, gone: 2, on: ["n", "m"], budget: { maxUnavailable: 1 } } },
      ask: { nodes: ["n", "m"] },
      off: 0.15,
    },
    {
      what: "nodes side by side under one budget",
      apps: { web: { replicas: 8, ready: 8, gone: 2, on: ["n", "m"], budget: { maxUnavailable: 2 } } },
      ask: { nodes: ["n", "m"], parallel: 2 },
      off: 0.15,
    },
    { what: "no budget", apps: { web: { replicas: 30, ready: 1, gone: 2 } }, off: 0.25 },
  ])("$what", async ({ apps, ask = {}, off }) => {
    const world = new DrainWorld(clusterOf(apps));
    const seen = await world.until(previewNodes(world.surroundings(), drainOptions(ask)));
    const predicted = seen.kind === "previewed" ? seen.plan.predicted : { low: 0, likely: 0, high: 0 };
    const begin = world.clock.now();
    await world.drain(ask);
    const took = world.clock.now() - begin;
    expect(took).toBeGreaterThanOrEqual(predicted.low);
    expect(took).toBeLessThanOrEqual(predicted.high);
    expect(Math.abs(predicted.likely - took) / took).toBeLessThan(off);
  });
});
