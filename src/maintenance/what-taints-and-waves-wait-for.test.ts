import { expect, test } from "vitest";
import { DrainWorld, nodesOf } from "../../test/support/drain-world.ts";
import { nodes, pods, volumeAttachments } from "../kube/resource.ts";
import type { TaintChanges } from "../kube/taint-spec.ts";
import type { Consent } from "../plan/consent.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { taintNodes } from "./taint.ts";

// Brought about by a cluster that is in that very state, not by a view made by hand.

const all: readonly Consent[] = ["budget-violation", "infrastructure", "emptydir", "unmanaged", "daemonsets"];
const drain = { key: "runai", value: "drain", effect: "NoExecute" };
const slow = (ms: number) => ({ from: ms, to: ms });
const byTaint = { request: { mode: "Taint" as const }, allow: new Set(all) };
const web: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"], pod: { gone: 3_000 } }],
};

/** Stops the drain at this moment, and says what it was waiting for. */
async function blockersWhen(world: DrainWorld, ask: Parameters<DrainWorld["begin"]>[0], when: () => boolean): Promise<readonly string[]> {
  const stop = new AbortController();
  const work = world.begin(ask, stop.signal);
  await world.reach(when);
  stop.abort();
  const [node] = nodesOf(await world.until(work, "patient"));
  return [...new Set(node?.blockers.map(({ code }) => code))];
}

const said = (world: DrainWorld, kind: string): boolean => world.events.some((event) => event.kind === kind);
const found = (world: DrainWorld): readonly string[] =>
  world.events.flatMap((event) =>
    event.kind === "planned" ? event.plan.findings.map(({ code }) => code) : event.kind === "finding" ? [event.finding.code] : [],
  );

test("tolerates-for: a pod that tolerates the taint for a time is waited for, and tolerating-may-return warns of its like", async () => {
  const tolerations = [{ key: "runai", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }];
  const world = new DrainWorld({
    nodes: [{ name: "n" }, { name: "m" }],
    workloads: [{ kind: "Deployment", namespace: "web", name: "late", replicas: 1, on: ["n"], pod: { tolerations } }],
  });
  await world.drain(byTaint);
  expect(world.events.flatMap((event) => (event.kind === "blocked" ? [event.blocker.code] : []))).toContain("tolerates-for");
  expect(found(world)).toContain("tolerating-may-return");
});

test("taint-unconfirmed: the server has said yes and the watch has not shown it; its pods wait for it (awaiting-taint)", async () => {
  const world = new DrainWorld(web, { latencies: { delivery: slow(5_000) } });
  const blockers = await blockersWhen(world, byTaint, () => said(world, "tainted"));
  expect(blockers).toEqual(["taint-unconfirmed", "awaiting-taint"]);
});

test("awaiting-taint-eviction: for ten seconds a taint that deletes nobody is believed", async () => {
  const world = new DrainWorld(web, { latencies: { reaction: slow(60_000) } });
  let from = Number.POSITIVE_INFINITY;
  const isThere = (): boolean => {
    if (said(world, "tainted") && from === Number.POSITIVE_INFINITY) from = world.clock.now();
    return world.clock.now() >= from + 5_000;
  };
  expect(await blockersWhen(world, byTaint, isThere)).toEqual(["awaiting-taint-eviction"]);
});

test("taint-eviction-slow: one pod that it deletes shows that the controller runs, however long it takes with the others", async () => {
  const world = new DrainWorld(web, { taintEviction: false });
  const work = world.begin(byTaint);
  await world.reach(() => said(world, "tainted"));
  const [first, second] = world.cluster.control.podsOn("n");
  const mark = { type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager" };
  const at = { namespace: "web", name: first?.metadata.name ?? "" };
  world.cluster.control.edit(pods, at, { kind: "merge", body: { status: { conditions: [mark] } } }, { subresource: "status" });
  world.cluster.control.remove(pods, at);
  await world.elapse(15_000);
  expect(world.events.flatMap((event) => (event.kind === "blocked" ? [event.blocker.code] : []))).toContain("taint-eviction-slow");
  world.cluster.control.remove(pods, { namespace: "web", name: second?.metadata.name ?? "" });
  const [node] = nodesOf(await world.until(work, "patient"));
  expect(node?.state).toBe("drained");
});

test("taint-failed: a server that cannot write the taint is asked again", async () => {
  const world = new DrainWorld(web);
  world.cluster.control.faults.plant({ verb: "patch", resource: nodes }, { kind: "internal-error", applied: false });
  const [node] = nodesOf(await world.until(world.begin(byTaint), "patient"));
  expect(node?.state).toBe("drained");
  expect(world.events.flatMap((event) => (event.kind === "blocked" ? [event.blocker.code] : []))).toContain("taint-failed");
});

test("taint-present, taint-absent: a change of taints that cannot be made is refused, with nothing touched", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n", taints: [drain] }] });
  const change = (changes: TaintChanges) =>
    world.until(
      taintNodes(world.surroundings(), {
        choice: { names: ["n"] },
        changes,
        overwrite: false,
        allow: new Set(all),
        dryRun: "none",
        show: () => {},
      }),
    );
  const codes = [];
  for (const changes of [
    { add: [{ ...drain, value: "other" }], remove: [] },
    { add: [], remove: [{ ...drain, key: "nobody" }] },
  ]) {
    const outcome = await change(changes);
    codes.push(...(outcome.kind === "finished" ? outcome.nodes.map(({ error }) => error?.code) : [outcome.kind]));
  }
  expect(codes).toEqual(["taint-present", "taint-absent"]);
  expect(world.cluster.record.entries.filter(({ by }) => by === "jane")).toEqual([]);
});

test("deadline-unrecorded: a deadline that cannot be written down counts all the same, and that is said", async () => {
  const world = new DrainWorld(web);
  world.onEvent = ({ kind }) => {
    if (kind !== "cordoned") return;
    world.cluster.control.faults.plant({ verb: "patch", resource: nodes }, { kind: "internal-error", applied: false });
  };
  await world.until(world.begin({ request: { deadline: 600_000 }, allow: new Set(all) }), "patient");
  expect(found(world)).toContain("deadline-unrecorded");
});

test("earlier-wave: pods of a later wave wait for those before them", async () => {
  const rules = [{ pods: { matchLabels: { app: "web" } }, action: "evict", wave: 1 } as const, { action: "evict", wave: 2 } as const];
  const world = new DrainWorld({ ...web, pods: [{ namespace: "web", name: "last", on: "n" }] });
  const ask = { request: { rules }, allow: new Set(all) };
  expect(await blockersWhen(world, ask, () => said(world, "accepted"))).toContain("earlier-wave");
});

test("volumes-unknown: what is attached is not taken for detached before it was read", async () => {
  const world = new DrainWorld({
    nodes: [{ name: "n" }, { name: "m" }],
    volumes: [{ namespace: "web", claim: "data" }],
    pods: [{ namespace: "web", name: "db", on: "n", claims: ["data"] }],
  });
  for (const verb of ["list", "watch"]) {
    world.cluster.control.faults.plant({ verb, resource: volumeAttachments }, { kind: "stalled", after: 20_000, applied: false });
  }
  const stop = new AbortController();
  const work = world.begin({ allow: new Set(all) }, stop.signal);
  await world.elapse(15_000);
  stop.abort();
  const [node] = nodesOf(await world.until(work, "patient"));
  expect(node?.blockers.map(({ code }) => code)).toEqual(["volumes-unknown"]);
});

test("a first read of volumes that fails again and again is tried every few seconds, not at a growing pace", async () => {
  const world = new DrainWorld(web);
  for (let time = 0; time < 8; time += 1) {
    for (const verb of ["list", "watch"]) {
      world.cluster.control.faults.plant({ verb, resource: volumeAttachments }, { kind: "unavailable", applied: false });
    }
  }
  const began = world.clock.now();
  const [node] = nodesOf(await world.until(world.begin({ allow: new Set(all) }), "patient"));
  expect(node?.state).toBe("drained");
  expect(world.clock.now() - began).toBeLessThan(60_000);
});
