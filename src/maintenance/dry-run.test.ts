import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf } from "../../test/support/drain-world.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import { nodes, pods } from "../kube/resource.ts";
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

describe.each(["client", "server"] as const)("a dry run (%s) of a drain that would keep pods", (dryRun) => {
  const keeps: ClusterSketch = {
    nodes: [{ name: "n" }, { name: "m" }],
    workloads: [
      { kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "m"] },
      { kind: "Deployment", namespace: "shop", name: "db", replicas: 1, on: ["n"] },
    ],
    budgets: [{ namespace: "shop", name: "db", spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 1 } }],
    pods: [{ namespace: "shop", name: "naked", on: "n" }],
  };

  test("does not say drained, and names what would stay and why", async () => {
    const world = new DrainWorld(keeps);
    const [node] = nodesOf(await world.drain({ dryRun, allow: new Set(["partial"]) }));
    expect(node).toMatchObject({ state: "blocked", moved: 0, left: [{}, {}, {}] });
    expect(node?.blockers.map(({ code }) => code).toSorted()).toEqual(["budget-never-allows", "consent-missing"]);
    expect(world.events.flatMap((event) => (event.kind === "started" ? [event.pod.namespace] : []))).toEqual(["web"]);
    expect(world.events.filter((event) => event.kind === "drained")).toEqual([]);
    expect(world.cluster.record.entries.filter((entry) => entry.by === "jane")).toEqual([]);
  });
});

describe("a dry run of a node that is out already", () => {
  test("says that it is", async () => {
    const world = new DrainWorld({ ...sketch, nodes: [{ name: "n", unschedulable: true }, { name: "m" }], pods: [] });
    expect(nodesOf(await world.drain({ dryRun: "client" }))).toMatchObject([{ cordoned: "by-others" }]);
  });
});

describe("a dry run that asks the server", () => {
  test("names a node on which its record would not fit", async () => {
    const world = new DrainWorld({ ...sketch, nodes: [{ name: "n", unschedulable: true }, { name: "m" }], pods: [] });
    const holders = Array.from({ length: 400 }, (_, i) => ({
      kind: "command",
      user: `user-${i}@example.com`,
      host: "bastion",
      since: "2026-01-01T00:00:00Z",
    }));
    const { uid } = world.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: {} }).metadata;
    const record = JSON.stringify({ nodeUID: uid, wasCordoned: true, added: [], holders, undo: [] });
    world.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { metadata: { annotations: { [heldAnnotation]: record } } } });
    const [node] = nodesOf(await world.drain({ dryRun: "server" }));
    expect(node).toMatchObject({ state: "blocked", blockers: [{ code: "record-too-large" }] });
  });

  test("ends where a budget refuses now, and names the pod and the budget", async () => {
    const spent = {
      ...sketch,
      budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 3 } }],
    };
    const blocked = new DrainWorld(spent);
    const outcome = await blocked.drain({ dryRun: "server" });
    expect(nodesOf(outcome)).toMatchObject([{ state: "blocked", blockers: [{ code: "budget-exhausted", endsBy: "cluster" }, {}] }]);
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

describe("a dry run of a drain by a taint", () => {
  const request = { mode: "Taint" as const };

  test.each(["client", "server"] as const)("(%s) says which pods the cluster would delete, and asks for none of them", async (dryRun) => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }, { name: "m" }],
      workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"] }],
    });
    const outcome = await world.drain({ request, dryRun });
    expect(nodesOf(outcome)).toMatchObject([{ state: "untouched", blockers: [] }]);
    expect(world.events.map(({ kind }) => kind)).toEqual(["planned", "tainted", "started", "started", "drained"]);
    const writes = world.cluster.record.calls.filter(({ by, verb }) => by === "jane" && ["delete", "evict", "patch"].includes(verb));
    expect(writes.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(dryRun === "server" ? ["patch nodes"] : []);
    expect(world.cluster.record.entries.filter(({ by }) => by === "jane")).toEqual([]);
  });
});
