import { expect, test } from "vitest";
import { DrainWorld, nodesOf } from "../../test/support/drain-world.ts";
import { nodes, pods } from "../kube/resource.ts";
import type { ClientOptions } from "../simulator/embedded-cluster.ts";
import type { ClusterSketch, WorkloadSketch } from "../simulator/sketch.ts";

// Each code is brought about by a cluster that is in that very trouble, not by a view made by hand.

const web: WorkloadSketch = { kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["n", "n", "m", "m"] };
const budget = { namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } };
const two: Partial<ClusterSketch> = { nodes: [{ name: "n" }, { name: "m" }], workloads: [web] };
const slow = (ms: number) => ({ from: ms, to: ms });

/** What the drain said that its pods wait for, in order and each once. */
function waitedFor(world: DrainWorld): readonly string[] {
  const codes = world.events.flatMap((event) =>
    event.kind === "blocked" ? [event.blocker.code] : event.kind === "refused" ? [event.code] : [],
  );
  return [...new Set(codes)];
}

function found(world: DrainWorld): readonly string[] {
  return world.events.flatMap((event) =>
    event.kind === "planned" ? event.plan.findings.map(({ code }) => code) : event.kind === "finding" ? [event.finding.code] : [],
  );
}

/** Stops the drain at this moment, and says what it was waiting for. */
async function blockersWhen(world: DrainWorld, when: (world: DrainWorld) => boolean): Promise<readonly string[]> {
  const stop = new AbortController();
  const work = world.begin({}, stop.signal);
  await world.reach(() => when(world));
  stop.abort();
  const [node] = nodesOf(await world.until(work));
  return node?.blockers.map(({ code }) => code) ?? [];
}

test("node-not-ready: a machine that has died is named before anything is touched", async () => {
  const world = new DrainWorld(two);
  world.cluster.control.killNode("n");
  await world.elapse(60_000);
  await world.drain({ timeout: 5_000 });
  expect(found(world)).toContain("node-not-ready");
});

test("budgets-unread: without sight of budgets the drain goes on, and the server's refusals drive (budget-unread)", async () => {
  const world = new DrainWorld({ ...two, budgets: [budget] });
  const blind: ClientOptions = {
    deny: [
      { verb: "list", resource: "poddisruptionbudgets" },
      { verb: "watch", resource: "poddisruptionbudgets" },
    ],
  };
  const [node] = nodesOf(await world.until(world.begin({}, undefined, blind), "patient"));
  expect(node?.state).toBe("drained");
  expect(found(world)).toContain("budgets-unread");
  expect(waitedFor(world)).toContain("budget-unread");
});

test("awaiting-unschedulable-taint: pods of another scheduler wait five seconds for the taint, then go with unschedulable-taint-missing", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }, { name: "m" }] }, { latencies: { reaction: slow(30_000) } });
  const spec = { nodeName: "n", schedulerName: "kai-scheduler", containers: [{ name: "c", image: "c" }] };
  const metadata = { name: "job", namespace: "ml" };
  world.cluster.control.addNamespace("ml");
  world.cluster.control.create(pods, { apiVersion: "v1", kind: "Pod", metadata, spec }, { namespace: "ml" });
  await world.elapse(40_000);
  const work = world.begin({ allow: new Set(["unmanaged"]) });
  await world.until(work);
  expect(waitedFor(world)).toContain("awaiting-unschedulable-taint");
  expect(found(world)).toContain("unschedulable-taint-missing");
});

test("cordon-unconfirmed: the server has said yes and the watch has not shown it", async () => {
  const world = new DrainWorld(two, { latencies: { delivery: slow(5_000) } });
  expect(await blockersWhen(world, ({ events }) => events.some(({ kind }) => kind === "cordoned"))).toContain("cordon-unconfirmed");
});

test("arrival-quiet: an empty node waits for who was bound before the cordon", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }] });
  const isCordoned = ({ cluster }: DrainWorld): boolean => cluster.record.entries.some(({ by }) => by === "jane");
  let quietAt = Number.POSITIVE_INFINITY;
  const blockers = await blockersWhen(world, (at) => {
    if (isCordoned(at) && quietAt === Number.POSITIVE_INFINITY) quietAt = at.clock.now() + 1_000;
    return at.clock.now() >= quietAt;
  });
  expect(blockers).toEqual(["arrival-quiet"]);
});

test("budget-recount: a budget that was spent is not asked before it is counted again", async () => {
  const world = new DrainWorld({ ...two, budgets: [budget] }, { latencies: { reaction: slow(6_000) } });
  await world.until(world.begin(), "patient");
  expect(waitedFor(world)).toContain("budget-recount");
});

test("budget-in-flight: while the server holds one answer, nobody else of its budget is asked for", async () => {
  const world = new DrainWorld({ ...two, budgets: [budget] });
  world.cluster.control.faults.plant({ verb: "evict" }, { kind: "stalled", after: 15_000, applied: false });
  await world.until(world.begin(), "patient");
  expect(waitedFor(world)).toContain("budget-in-flight");
});

test("no-answer, server-error, throttled: each is said, and none of them ends the drain", async () => {
  const world = new DrainWorld({ ...two, workloads: [{ ...web, replicas: 3, on: ["n", "n", "n"] }] });
  world.cluster.control.faults.plant({ verb: "evict" }, { kind: "lost", applied: true });
  world.cluster.control.faults.plant({ verb: "evict" }, { kind: "internal-error", applied: false });
  world.cluster.control.faults.plant({ verb: "evict" }, { kind: "throttled", retryAfter: 4 });
  const [node] = nodesOf(await world.until(world.begin(), "patient"));
  expect(node?.state).toBe("drained");
  expect(waitedFor(world).toSorted()).toEqual(["no-answer", "server-error", "throttled"]);
});

test("awaiting-watch: a pod that the server does not know any more is left to the watch", async () => {
  const world = new DrainWorld(two, { latencies: { delivery: slow(4_000) } });
  const work = world.begin();
  await world.reach(() => world.events.some(({ kind }) => kind === "cordoned"));
  const [gone] = world.cluster.control.podsOn("n");
  const at = { namespace: "web", name: gone?.metadata.name ?? "" };
  world.cluster.control.remove(pods, at, { gracePeriodSeconds: 0 });
  await world.until(work, "patient");
  expect(waitedFor(world)).toContain("awaiting-watch");
});

test("cordon-lifted: who keeps lifting the cordon means it, and nothing more is evicted", async () => {
  const world = new DrainWorld({ ...two, workloads: [{ ...web, pod: { gone: "hang" } }] });
  world.onEvent = ({ kind }) => {
    if (kind !== "cordoned" && kind !== "recordoned") return;
    world.clock.timer(500, () =>
      world.cluster.control.edit(nodes, { name: "n" }, { kind: "merge", body: { spec: { unschedulable: null } } }),
    );
  };
  const [node] = nodesOf(await world.until(world.begin(), "patient"));
  expect(node).toMatchObject({ state: "failed", cordoned: "no" });
  expect(waitedFor(world)).toContain("cordon-lifted");
});

test("cordon-failed: a server that cannot write the cordon is asked again, and nothing is evicted before", async () => {
  const world = new DrainWorld(two);
  world.cluster.control.faults.plant({ verb: "patch", resource: nodes }, { kind: "internal-error", applied: false });
  const [node] = nodesOf(await world.until(world.begin(), "patient"));
  expect(node?.state).toBe("drained");
  expect(waitedFor(world)).toContain("cordon-failed");
});
