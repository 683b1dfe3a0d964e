import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf, statesOf } from "../../test/support/drain-world.ts";
import { nodes, pods } from "../kube/resource.ts";
import type { ClientOptions } from "../simulator/embedded-cluster.ts";
import { podScript } from "../simulator/controllers/pod-script.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

const three: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }, { name: "o" }],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["n", "n", "m", "m"], pod: { ready: 3_000, gone: 2_000 } },
  ],
};
const budget = (spec: object) => ({
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, ...spec } }],
});

describe("a node is drained", () => {
  test("of pods without a budget: all at once, proven, and the cordon is ours", async () => {
    const world = new DrainWorld(three);
    const outcome = await world.drain();
    expect(nodesOf(outcome)).toMatchObject([{ node: "n", state: "drained", cordoned: "by-us", moved: 2, left: [], blockers: [] }]);
    expect(world.cluster.control.podsOn("n")).toEqual([]);
    expect(world.evictions).toHaveLength(2);
  });

  test("of ten pods under a budget that allows one, within a tenth of what physics allows", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }, { name: "m" }],
      workloads: [
        {
          kind: "Deployment",
          namespace: "web",
          name: "web",
          replicas: 10,
          on: Array.from({ length: 10 }, () => "n"),
          pod: { ready: 3_000, gone: 2_000 },
        },
      ],
      ...budget({ minAvailable: 9 }),
    });
    const began = world.clock.now();
    const outcome = await world.drain();
    expect(statesOf(outcome)).toEqual(["n drained"]);
    const last = world.events.filter((event) => event.kind === "gone").at(-1)?.at ?? Number.POSITIVE_INFINITY;
    expect(last - began).toBeGreaterThan(29_000);
    expect(last - began).toBeLessThan(32_000);
    // One request per pod: nothing is refused, nothing is polled.
    expect(world.evictions).toHaveLength(10);
  });

  test("that is empty: after 5 s of quiet, and not before", async () => {
    const world = new DrainWorld({ nodes: [{ name: "n" }] });
    const began = world.clock.now();
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(5_000);
    expect(world.clock.now() - began).toBeLessThan(6_000);
  });

  test("and again: what an earlier drain has proven is no gap in watching", async () => {
    const world = new DrainWorld(three);
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    world.cluster.control.addPod({ namespace: "web", name: "late", on: "n" });
    expect(statesOf(await world.drain({ allow: new Set(["unmanaged"]) }))).toEqual(["n drained"]);
  });

  test("but after one that was stopped before its end, what went unseen stays unproven", async () => {
    const world = new DrainWorld(three);
    const stop = new AbortController();
    const first = world.begin({}, stop.signal);
    await world.reach(() => world.events.some((event) => event.kind === "accepted"));
    stop.abort();
    expect(statesOf(await world.until(first))).toEqual(["n interrupted"]);
    expect(statesOf(await world.drain())).toEqual(["n unproven"]);
    expect(statesOf(await world.drain())).toEqual(["n unproven"]);
  });

  test("and a pod that was bound before the cordon but comes late is moved too, and restarts the quiet", async () => {
    const world = new DrainWorld(three);
    const work = world.begin();
    await world.reach(() => world.events.filter((event) => event.kind === "gone").length === 2);
    world.cluster.control.addWorkload({ kind: "ReplicaSet", namespace: "web", name: "late", replicas: 1, on: ["n"] });
    const arrived = world.clock.now();
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
    expect(world.evictions.at(-1)).toMatch(/^late/);
    expect(world.clock.now() - arrived).toBeGreaterThanOrEqual(5_000);
    expect(world.events.filter((event) => event.kind === "replanned")).toMatchObject([{ from: undefined, to: "evict/managed" }]);
  });

  test("and DaemonSet and static pods stay", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }, { name: "m" }],
      workloads: [{ kind: "DaemonSet", namespace: "kube-system", name: "logs" }],
      pods: [{ namespace: "kube-system", name: "etcd", on: "n", mirror: true }],
    });
    expect(statesOf(await world.drain({ allow: new Set(["daemonsets"]) }))).toEqual(["n drained"]);
    expect(world.evictions).toEqual([]);
    expect(world.cluster.control.podsOn("n")).toHaveLength(2);
  });
});

describe("a pod that a cordon does not keep away", () => {
  test("is moved once; what comes in its place is left and named, and the drain ends", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n", labels: { disk: "ssd" } }, { name: "m" }],
      workloads: [
        {
          kind: "ReplicaSet",
          namespace: "kube-system",
          name: "agent",
          replicas: 1,
          on: ["n"],
          pod: { nodeSelector: { disk: "ssd" }, tolerations: [{ operator: "Exists" }] },
        },
      ],
    });
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(world.evictions).toHaveLength(1);
    const [left] = world.cluster.control.podsOn("n");
    expect(world.events.find((event) => event.kind === "finding" && event.finding.code === "comes-back")).toMatchObject({
      finding: { code: "comes-back", severity: "warning", objects: [{ name: left?.metadata.name }] },
    });
  });
});

describe("a finished pod", () => {
  test("that somebody keeps by a finalizer does not keep the node from being empty", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }, { name: "m" }],
      pods: [{ namespace: "jobs", name: "job", on: "n", annotations: { [podScript.finish]: "1s" }, finalizers: ["example.com/archive"] }],
    });
    await world.reach(() => world.cluster.control.podsOn("n").some((pod) => pod.status?.phase === "Succeeded"));
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(world.cluster.control.podsOn("n")).toMatchObject([{ metadata: { finalizers: ["example.com/archive"] } }]);
  });
});

describe("several nodes", () => {
  const fleet: Partial<ClusterSketch> = {
    nodes: [{ name: "a" }, { name: "b" }, { name: "spare" }],
    workloads: [
      { kind: "Deployment", namespace: "web", name: "one", replicas: 2, on: ["a", "a"], pod: { gone: 10_000 } },
      { kind: "Deployment", namespace: "web", name: "two", replicas: 2, on: ["b", "b"], pod: { gone: 10_000 } },
    ],
  };
  const firstOf = (world: DrainWorld, name: string): number =>
    world.cluster.record.calls.findIndex((call) => call.verb === "evict" && call.name?.startsWith(name) === true);

  test("are all cordoned before the first eviction, and emptied one after another, each verdict beside the next node", async () => {
    const world = new DrainWorld(fleet);
    const outcome = await world.drain({ nodes: ["a", "b"] });
    expect(statesOf(outcome)).toEqual(["a drained", "b drained"]);
    const { calls } = world.cluster.record;
    const isWrite = (call: (typeof calls)[number]) => call.verb === "patch" && call.resource.startsWith("nodes");
    // One write a node before the first eviction; what is proven is noted at the end.
    expect(calls.slice(0, firstOf(world, "one")).filter(isWrite)).toHaveLength(2);
    const goneFromA = world.events.filter((event) => event.kind === "gone" && event.node === "a");
    const startedOnB = world.events.find((event) => event.kind === "started" && event.node === "b")?.at ?? 0;
    const drainedA = world.events.find((event) => event.kind === "drained" && event.node === "a")?.at ?? 0;
    expect(goneFromA).toHaveLength(2);
    expect(startedOnB).toBeGreaterThanOrEqual(goneFromA.at(-1)?.at ?? Number.POSITIVE_INFINITY);
    expect(startedOnB).toBeLessThanOrEqual(drainedA);
  });

  test("in parallel are emptied at the same time", async () => {
    const world = new DrainWorld(fleet);
    const began = world.clock.now();
    expect(statesOf(await world.drain({ nodes: ["a", "b"], parallel: 2 }))).toEqual(["a drained", "b drained"]);
    expect(world.clock.now() - began).toBeLessThan(16_000);
  });

  test("one fatal pod on one of them: nothing is touched on any", async () => {
    const world = new DrainWorld({ ...fleet, pods: [{ namespace: "web", name: "bare", on: "b" }] });
    expect(await world.drain({ nodes: ["a", "b"] })).toMatchObject({
      kind: "refused",
      refusals: [{ kind: "consent", missing: ["unmanaged"] }],
    });
    expect(world.cluster.record.calls.filter((call) => call.verb === "patch" || call.verb === "evict")).toEqual([]);
  });

  test("one name that does not exist: nothing is touched, and the nearest name is given", async () => {
    const world = new DrainWorld(fleet);
    expect(await world.drain({ nodes: ["a", "spar"] })).toEqual({ kind: "no-such-node", names: ["spar"], near: { spar: "spare" } });
    expect(world.cluster.record.calls.filter((call) => call.verb === "patch")).toEqual([]);
  });

  test("a blocked one does not keep the next from its turn", async () => {
    const world = new DrainWorld({ ...fleet, pods: [{ namespace: "web", name: "bare", on: "a" }] });
    const outcome = await world.drain({ nodes: ["a", "b"], allow: new Set(["partial"]) });
    expect(statesOf(outcome)).toEqual(["a blocked", "b drained"]);
    expect(nodesOf(outcome)[0]).toMatchObject({ moved: 2, left: [{ name: "bare" }], blockers: [{ code: "consent-missing" }] });
  });
});

describe("an end that is not drained", () => {
  const blocked = { ...three, ...budget({ maxUnavailable: 0 }) };

  test("a budget that can never allow one is refused beforehand", async () => {
    const world = new DrainWorld(blocked);
    const outcome = await world.drain();
    expect(outcome).toMatchObject({ kind: "refused" });
    expect(world.cluster.control.find(nodes, { name: "n" })?.spec?.unschedulable ?? false).toBe(false);
  });

  test("partial: cordoned, the rest moved, and the blocker kept with its name", async () => {
    const world = new DrainWorld({ ...blocked, pods: [{ namespace: "db", name: "bare", on: "n", emptyDir: true }] });
    const outcome = await world.drain({ allow: new Set(["partial", "unmanaged", "emptydir"]) });
    expect(statesOf(outcome)).toEqual(["n blocked"]);
    const [end] = nodesOf(outcome);
    expect(end?.moved).toBe(1);
    expect(new Set(end?.blockers.map((blocker) => blocker.code))).toEqual(new Set(["budget-never-allows"]));
  });

  test("a timeout counts from the node's own turn, leaves the node cordoned and says what is left", async () => {
    const world = new DrainWorld({
      ...three,
      workloads: [{ kind: "Deployment", namespace: "web", name: "slow", on: ["n"], pod: { gone: "hang" } }],
    });
    const outcome = await world.drain({ timeout: 45_000 });
    expect(nodesOf(outcome)).toMatchObject([{ state: "timed-out", cordoned: "by-us", left: [{}], blockers: [{ code: "terminating" }] }]);
  });

  test("without a timeout a pod that hangs is waited for, named, without a pass being made in vain", async () => {
    const world = new DrainWorld({
      ...three,
      workloads: [{ kind: "Deployment", namespace: "web", name: "slow", on: ["n"], pod: { gone: "hang", grace: 5 } }],
    });
    const stop = new AbortController();
    const work = world.begin({}, stop.signal);
    expect(await world.rests(world.clock.now() + 3_600_000)).toBe(true);
    expect(world.events.findLast((event) => event.kind === "blocked")).toMatchObject({ blocker: { code: "terminating-too-long" } });
    stop.abort();
    expect(statesOf(await world.until(work))).toEqual(["n interrupted"]);
  });

  test("a node that is deleted midway is unproven; the others go on", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "a" }, { name: "b" }, { name: "spare" }],
      workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["a", "a", "b", "b"], pod: { gone: 10_000 } }],
    });
    const work = world.begin({ nodes: ["a", "b"] });
    await world.reach(() => world.events.some((event) => event.kind === "accepted"));
    world.cluster.control.deleteNode("a", "autoscaler");
    expect(statesOf(await world.until(work))).toEqual(["a unproven", "b drained"]);
  });

  test("a node that is replaced under its name is unproven, and the new machine is not touched", async () => {
    const world = new DrainWorld(three);
    const work = world.begin();
    await world.reach(() => world.events.some((event) => event.kind === "accepted"));
    world.cluster.control.deleteNode("n", "autoscaler");
    world.cluster.control.addNode({ name: "n" });
    expect(nodesOf(await world.until(work))).toMatchObject([{ state: "unproven", cordoned: "unknown", error: { code: "node-deleted" } }]);
    expect(world.cluster.control.find(nodes, { name: "n" })?.spec?.unschedulable ?? false).toBe(false);
    expect(world.cluster.control.find(nodes, { name: "n" })?.metadata.annotations).toBeUndefined();
  });

  test("pods of a dead node that are removed by force are gone, not proven", async () => {
    const world = new DrainWorld(three);
    world.cluster.control.killNode("n");
    const work = world.begin();
    await world.reach(() => world.events.some((event) => event.kind === "blocked" && event.blocker.code === "kubelet-silent"));
    for (const pod of world.cluster.control.podsOn("n")) {
      const { namespace = "", name } = pod.metadata;
      world.cluster.control.remove(pods, { namespace, name }, { gracePeriodSeconds: 0 }, "somebody");
    }
    expect(statesOf(await world.until(work))).toEqual(["n unproven"]);
  });
});

describe("CordonOnly", () => {
  test("cordons and touches no pod", async () => {
    const world = new DrainWorld(three);
    expect(nodesOf(await world.drain({ request: { mode: "CordonOnly" } }))).toMatchObject([
      { state: "cordoned", cordoned: "by-us", moved: 0 },
    ]);
    expect(world.evictions).toEqual([]);
  });
});

describe("an interruption", () => {
  test("before anything was touched says so", async () => {
    const world = new DrainWorld(three);
    const stop = new AbortController();
    const work = world.begin({}, stop.signal);
    stop.abort(new Error("SIGINT"));
    expect(await world.until(work)).toEqual({ kind: "stopped-before", why: "interrupted" });
  });

  test("while it looks says so too, however far it had got", async () => {
    for (let ms = 1; ms < 60; ms += 4) {
      const world = new DrainWorld(three);
      const stop = new AbortController();
      const work = world.begin({}, stop.signal);
      await world.elapse(ms);
      const isUntouched = world.cluster.record.calls.every((call) => call.verb !== "patch");
      stop.abort(new Error("SIGINT"));
      const outcome = await world.until(work);
      if (isUntouched) expect(outcome).toMatchObject(outcome.kind === "finished" ? { nodes: [{ moved: 0 }] } : { kind: "stopped-before" });
      else expect(statesOf(outcome)).toEqual(["n interrupted"]);
    }
  });

  test("midway starts nothing more and leaves the node as it is", async () => {
    const world = new DrainWorld({ ...three, ...budget({ minAvailable: 3 }) });
    const stop = new AbortController();
    const work = world.begin({}, stop.signal);
    await world.reach(() => world.events.some((event) => event.kind === "accepted"));
    stop.abort(new Error("SIGINT"));
    expect(nodesOf(await world.until(work))).toMatchObject([{ state: "interrupted", cordoned: "by-us" }]);
    const asked = world.evictions.length;
    await world.elapse(60_000);
    expect(world.evictions).toHaveLength(asked);
  });
});

describe("permissions", () => {
  test("who may not evict is told before anything is touched", async () => {
    const world = new DrainWorld(three);
    const outcome = await world.until(
      world.begin({}, undefined, { deny: [{ verb: "create", resource: "pods", subresource: "eviction" }] }),
    );
    expect(outcome).toMatchObject({ kind: "denied", missing: [{ verb: "create", resource: "pods/eviction" }] });
    expect(world.cluster.record.calls.filter((call) => call.verb === "patch")).toEqual([]);
  });

  test("who may get nodes but not list them drains by name, as with kubectl, and is told what that costs", async () => {
    const world = new DrainWorld(three);
    const client: ClientOptions = {
      deny: [
        { verb: "list", resource: "nodes" },
        { verb: "watch", resource: "nodes" },
      ],
    };
    const outcome = await world.until(world.begin({}, undefined, client));
    expect(statesOf(outcome)).toEqual(["n drained"]);
    const planned = world.events.find((event) => event.kind === "planned");
    expect(planned?.plan.findings).toMatchObject([{ code: "not-watched", args: { resource: "nodes" } }]);
  });

  test("who may not even get the node is told so", async () => {
    const world = new DrainWorld(three);
    const outcome = await world.until(world.begin({}, undefined, { deny: [{ resource: "nodes" }] }));
    expect(outcome).toMatchObject({ kind: "denied", missing: [{ verb: "get", resource: "nodes" }] });
  });
});
