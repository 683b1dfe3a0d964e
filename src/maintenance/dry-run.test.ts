import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf } from "../../test/support/drain-world.ts";
import { pods } from "../kube/resource.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

const sketch: ClusterSketch = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 3, on: ["n", "n", "m"] }],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
  pods: [{ namespace: "web", name: "sick", on: "m", unready: true, labels: { app: "web" } }],
};

describe.each(["client", "server"] as const)("a dry run (%s)", (dryRun) => {
  test("changes nothing and says what would be done", async () => {
    const world = new DrainWorld({ ...sketch, pods: [] });
    const outcome = await world.drain({ dryRun });
    expect(nodesOf(outcome)).toMatchObject([{ node: "n", state: "untouched", moved: 0, left: [{}, {}] }]);
    expect(world.events.map((event) => event.kind)).toEqual(["planned", "cordoned", "started", "started", "drained"]);
    expect(world.cluster.record.entries.filter((entry) => entry.by === "jane")).toEqual([]);
  });

  test("of deletions past budgets too, with that consent", async () => {
    const world = new DrainWorld(sketch);
    const outcome = await world.drain({ dryRun, request: { disableEviction: true }, allow: new Set(["budget-violation"]) });
    expect(nodesOf(outcome)).toMatchObject([{ state: "untouched" }]);
    expect(world.cluster.record.entries.filter((entry) => entry.by === "jane")).toEqual([]);
  });
});

describe("a dry run that asks the server", () => {
  test("ends where a budget refuses now, and names the pod and the budget", async () => {
    const spent = {
      ...sketch,
      budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 3 } }],
    };
    const blocked = new DrainWorld(spent);
    const outcome = await blocked.drain({ dryRun: "server" });
    expect(nodesOf(outcome)).toMatchObject([{ state: "blocked" }]);
    expect(blocked.events.filter((event) => event.kind === "refused")).toMatchObject([
      { code: "budget-exhausted", args: { budget: "web", needs: 3, has: 3 }, dryRun: true },
      { code: "budget-exhausted" },
    ]);
  });

  test("takes a pod that went meanwhile for gone, not for a failure", async () => {
    const world = new DrainWorld({ ...sketch, budgets: [], pods: [] });
    world.onEvent = (event) => {
      if (event.kind !== "started") return;
      const { namespace, name } = event.pod;
      world.cluster.control.remove(pods, { namespace, name }, { gracePeriodSeconds: 0 }, "somebody");
    };
    const outcome = await world.drain({ dryRun: "server", request: { disableEviction: true } });
    expect(nodesOf(outcome)).toMatchObject([{ state: "untouched" }]);
  });
});
