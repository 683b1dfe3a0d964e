import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf, statesOf } from "../../test/support/drain-world.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import type { Taint } from "../kube/node.ts";
import { nodes, pods } from "../kube/resource.ts";
import type { Consent } from "../plan/consent.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";

const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const gpu: Taint = { key: "dedicated", value: "gpu", effect: "PreferNoSchedule" };
const all: readonly Consent[] = ["budget-violation", "infrastructure", "emptydir", "unmanaged", "daemonsets"];

const tolerating = (tolerationSeconds?: number) => [
  { key: "runai", operator: "Exists", effect: "NoExecute", ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) },
];

const cluster: Partial<ClusterSketch> = {
  nodes: [{ name: "n", taints: [gpu] }, { name: "m" }, { name: "o" }],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 4, on: ["n", "n", "m", "m"], pod: { ready: 3_000, gone: 2_000 } },
    { kind: "Deployment", namespace: "web", name: "late", replicas: 1, on: ["n"], pod: { gone: 1_000, tolerations: tolerating(20) } },
    { kind: "DaemonSet", namespace: "kube-system", name: "cni", pod: { tolerations: [{ operator: "Exists" }] } },
    { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
  ],
  pods: [{ namespace: "kube-system", name: "etcd", on: "n", mirror: true, tolerations: [{ operator: "Exists", effect: "NoExecute" }] }],
};
const tight = { budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 4 } }] };
const taintMode = { request: { mode: "Taint" as const }, allow: new Set(all) };

const nodeOf = (world: DrainWorld, name = "n") => world.cluster.control.find(nodes, { name });
const taintsOf = (world: DrainWorld, name = "n") => nodeOf(world, name)?.spec?.taints ?? [];
const left = (world: DrainWorld, name = "n") => world.cluster.control.podsOn(name).map(({ metadata }) => metadata.name.replace(/-.*/, ""));
const setTaints = (world: DrainWorld, taints: readonly Taint[], name = "n") =>
  world.cluster.control.edit(
    nodes,
    { name },
    { kind: "merge", body: { spec: { taints: taints.map((taint) => ({ ...taint })) } } },
    {},
    "somebody",
  );

describe("a node is drained by a taint", () => {
  test("of all that does not tolerate it, past budgets, with no request of ours for any pod and no cordon", async () => {
    const world = new DrainWorld({ ...cluster, ...tight });
    const outcome = await world.drain(taintMode);
    expect(nodesOf(outcome)).toMatchObject([{ node: "n", state: "drained", cordoned: "no", moved: 4, left: [], blockers: [] }]);
    expect(left(world).toSorted()).toEqual(["cni", "etcd"]);
    expect(nodeOf(world)?.spec?.unschedulable).toBeUndefined();
    expect(taintsOf(world)).toEqual([gpu, drain]);
    const asked = world.cluster.record.calls.filter(({ by, verb }) => by === "jane" && ["evict", "delete", "patch"].includes(verb));
    expect(asked.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(["patch nodes", "patch nodes"]);
    expect(world.events.filter(({ kind }) => kind === "replanned")).toEqual([]);
    expect(JSON.parse(nodeOf(world)?.metadata.annotations?.[heldAnnotation] ?? "{}")).toMatchObject({
      wasCordoned: false,
      added: ["runai=drain:NoExecute"],
      holders: [{ user: "jane", taints: ["runai=drain:NoExecute"] }],
    });
  });

  test("and what tolerates it for a time is waited for, as long as that is", async () => {
    const world = new DrainWorld(cluster);
    const began = world.clock.now();
    await world.drain(taintMode);
    const last = world.events.findLast((event) => event.kind === "gone");
    expect(last).toMatchObject({ pod: { name: expect.stringMatching(/^late-/) }, action: "delete" });
    expect((last?.at ?? 0) - began).toBeGreaterThanOrEqual(21_000);
    expect((last?.at ?? 0) - began).toBeLessThan(22_000);
  });

  test("and pods of DaemonSets that do not tolerate it are not made again until it is taken off", async () => {
    const world = new DrainWorld(cluster);
    await world.drain(taintMode);
    await world.elapse(10_000);
    expect(left(world)).not.toContain("logs");
    setTaints(world, [gpu]);
    await world.elapse(10_000);
    expect(left(world)).toContain("logs");
  });

  test("one after another: the next node keeps its pods until this one is empty", async () => {
    const world = new DrainWorld(cluster);
    const work = world.begin({ ...taintMode, nodes: ["n", "m"] });
    await world.reach(() => world.events.some((event) => event.kind === "tainted" && event.node === "n"));
    await world.elapse(15_000);
    expect(taintsOf(world, "m")).toEqual([]);
    expect(statesOf(await world.until(work))).toEqual(["n drained", "m drained"]);
    const order = world.events.flatMap((event) =>
      event.kind === "tainted" || event.kind === "gone" ? [`${event.kind} ${event.node}`] : [],
    );
    expect(order.lastIndexOf("gone n")).toBeLessThan(order.indexOf("tainted m"));
  });
});

describe("before the taint is set", () => {
  test("each budget that it breaks is named, by how much, and nothing is touched without the consent", async () => {
    const world = new DrainWorld({ ...cluster, ...tight });
    const outcome = await world.drain({ ...taintMode, allow: new Set(all.filter((consent) => consent !== "budget-violation")) });
    if (outcome.kind !== "refused") throw new Error("not refused");
    expect(outcome.refusals.flatMap((refusal) => (refusal.kind === "finding" ? [refusal.finding] : []))).toMatchObject([
      { code: "taint-breaks-budget", args: { budget: "web", namespace: "web", pods: 2, left: 2, needs: 4, short: 2 } },
    ]);
    expect(outcome.refusals.flatMap((refusal) => (refusal.kind === "consent" ? refusal.missing : []))).toEqual([
      "budget-violation",
      "budget-violation",
    ]);
    expect(world.cluster.record.entries.filter(({ by }) => by === "jane")).toEqual([]);
  });

  test("--allow=partial is no consent: a taint leaves nothing behind", async () => {
    const world = new DrainWorld({ ...cluster, ...tight });
    expect((await world.drain({ ...taintMode, allow: new Set<Consent>(["partial"]) })).kind).toBe("refused");
  });

  test("a budget that can spare what goes needs no consent", async () => {
    const loose = { budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 2 } }] };
    const world = new DrainWorld({ ...cluster, ...loose });
    expect(statesOf(await world.drain({ ...taintMode, allow: new Set() }))).toEqual(["n drained"]);
  });

  test.each<{ readonly what: string; readonly sketch: Partial<ClusterSketch>; readonly missing: Consent }>([
    { what: "a pod that nobody starts again", sketch: { pods: [{ namespace: "web", name: "bare", on: "n" }] }, missing: "unmanaged" },
    {
      what: "data in an emptyDir, a DaemonSet's too",
      sketch: { workloads: [{ kind: "DaemonSet", namespace: "web", name: "cache", pod: { emptyDir: true } }] },
      missing: "emptydir",
    },
    {
      what: "a device plugin",
      sketch: { workloads: [{ kind: "DaemonSet", namespace: "web", name: "gpu", pod: { labels: { name: "nvidia-device-plugin-ds" } } }] },
      missing: "infrastructure",
    },
  ])("$what needs its consent", async ({ sketch, missing }) => {
    const world = new DrainWorld({ nodes: [{ name: "n" }, { name: "m" }], ...sketch });
    const outcome = await world.drain({ ...taintMode, allow: new Set() });
    if (outcome.kind !== "refused") throw new Error("not refused");
    expect(outcome.refusals.flatMap((refusal) => (refusal.kind === "consent" ? refusal.missing : []))).toEqual([missing]);
  });

  test("a taint of the same key with another value is somebody else's: refused, whatever was agreed to", async () => {
    const world = new DrainWorld({ ...cluster, nodes: [{ name: "n", taints: [{ ...drain, value: "upgrade" }] }, { name: "m" }] });
    const outcome = await world.drain({ ...taintMode, allow: new Set<Consent>([...all, "partial"]) });
    expect(outcome).toMatchObject({ kind: "refused", refusals: [{ kind: "finding", finding: { code: "taint-conflict" } }] });
  });
});

describe("while the taint is at work", () => {
  test("nothing deleted within 10 s of it means that taint eviction is off: the drain ends and says so, DaemonSets notwithstanding", async () => {
    const world = new DrainWorld(cluster, { taintEviction: false });
    const outcome = await world.drain(taintMode);
    expect(nodesOf(outcome)).toMatchObject([
      {
        state: "blocked",
        taint: { text: "runai=drain:NoExecute", by: "us" },
        blockers: [{ code: "taint-eviction-off" }, { code: "taint-eviction-off" }, { code: "taint-eviction-off" }],
      },
    ]);
    // The DaemonSet controller deletes what it does not want on the node by itself: no sign of the other one.
    expect(left(world).toSorted()).toEqual(["cni", "etcd", "late", "web", "web"]);
  });

  test("one pod that was deleted for it shows that the controller runs: another that is not is waited for, and named after 10 s", async () => {
    const world = new DrainWorld({ ...cluster, workloads: cluster.workloads?.slice(0, 1) ?? [] }, { taintEviction: false });
    const work = world.begin(taintMode);
    await world.reach(() => taintsOf(world).length === 2);
    // The controller's hand: it marks one, deletes it, and is slow with the other.
    const [one, other] = world.cluster.control.podsOn("n").filter(({ metadata }) => metadata.name.startsWith("web"));
    const at = (pod = one) => ({ namespace: "web", name: pod?.metadata.name ?? "" });
    const conditions = [...(one?.status?.conditions ?? []), { type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager" }];
    const body = { status: { conditions: conditions.map((condition) => ({ ...condition })) } };
    world.cluster.control.edit(pods, at(), { kind: "merge", body }, { subresource: "status" });
    world.cluster.control.remove(pods, at());
    await world.reach(() => world.events.some((event) => event.kind === "blocked" && event.blocker.code === "taint-eviction-slow"));
    expect(world.events.findLast(({ kind }) => kind === "blocked")).toMatchObject({
      blocker: { code: "taint-eviction-slow", endsBy: "cluster", object: { name: other?.metadata.name } },
    });
    world.cluster.control.remove(pods, at(other));
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
  });

  test("that somebody removes is set again, which is said, and the drain ends", async () => {
    const world = new DrainWorld(cluster);
    const work = world.begin(taintMode);
    await world.reach(() => world.events.some(({ kind }) => kind === "tainted"));
    await world.elapse(5_000);
    setTaints(world, [gpu]);
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
    expect(world.events.filter(({ kind }) => kind === "tainted")).toMatchObject([
      { again: false },
      { again: true, taints: ["runai=drain:NoExecute"] },
    ]);
  });

  test("that somebody keeps removing is theirs to decide about: the drain gives up and names it", async () => {
    const world = new DrainWorld(cluster);
    world.onEvent = (event) => {
      if (event.kind === "tainted") world.clock.timer(500, () => setTaints(world, [gpu]));
    };
    const [outcome] = nodesOf(await world.drain(taintMode));
    expect(outcome).toMatchObject({ state: "failed", error: { code: "taint-lifted" } });
    expect(outcome?.taint).toBeUndefined();
  });

  test("a stop leaves it at work, and says by whom it was set", async () => {
    const world = new DrainWorld(cluster);
    const stop = new AbortController();
    const work = world.begin(taintMode, stop.signal);
    await world.reach(() => world.events.some(({ kind }) => kind === "accepted"));
    stop.abort(new Error("SIGINT"));
    const outcome = await world.until(work);
    expect(nodesOf(outcome)).toMatchObject([{ state: "interrupted", cordoned: "no", taint: { text: "runai=drain:NoExecute", by: "us" } }]);
    expect(taintsOf(world)).toEqual([gpu, drain]);
  });

  test("that was there before is used, and stays somebody else's", async () => {
    const world = new DrainWorld({ ...cluster, nodes: [{ name: "n" }, { name: "m" }, { name: "o" }] });
    setTaints(world, [drain]);
    const outcome = await world.drain(taintMode);
    expect(nodesOf(outcome)).toMatchObject([{ state: "drained", taint: { by: "others" } }]);
    expect(world.events.find(({ kind }) => kind === "tainted")).toMatchObject({ already: true, foreign: true });
  });
});

describe("evictions that a taint follows", () => {
  const later = { request: { mode: "EvictThenTaint" as const, taintAfter: 30_000 }, allow: new Set(all) };
  const stuck: Partial<ClusterSketch> = {
    ...cluster,
    budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 4 } }],
  };

  test("that suffice: the taint never comes, and DaemonSets keep their pods", async () => {
    const world = new DrainWorld(cluster);
    expect(statesOf(await world.drain(later))).toEqual(["n drained"]);
    expect(taintsOf(world).map(({ key }) => key)).not.toContain("runai");
    expect(left(world)).toContain("logs");
    expect(world.evictions).toHaveLength(3);
  });

  test("that a budget never lets happen: announced beforehand, the taint comes when it is due, and the node is emptied", async () => {
    const world = new DrainWorld(stuck);
    const outcome = await world.drain(later);
    expect(nodesOf(outcome)).toMatchObject([
      { state: "drained", cordoned: "by-us", taint: { text: "runai=drain:NoExecute", by: "us" }, moved: 4 },
    ]);
    const planned = world.events.find((event) => event.kind === "planned");
    expect(planned?.kind === "planned" ? planned.plan.findings : []).toContainEqual(
      expect.objectContaining({ code: "taint-later", args: expect.objectContaining({ seconds: 30, pods: 3 }) }),
    );
    const began = world.events.find(({ kind }) => kind === "started")?.at ?? 0;
    const tainted = world.events.find(({ kind }) => kind === "tainted")?.at ?? 0;
    expect(tainted - began).toBeGreaterThanOrEqual(29_900);
    expect(tainted - began).toBeLessThan(31_000);
    expect(left(world).toSorted()).toEqual(["cni", "etcd"]);
    // What the taint ended was deleted, not evicted.
    const went = world.events.flatMap((event) => (event.kind === "gone" ? [`${event.pod.name.replace(/-.*/, "")} ${event.action}`] : []));
    expect(went.toSorted()).toEqual(["late evict", "logs delete", "web delete", "web delete"]);
  });

  test("need the consents of the taint before the first of them", async () => {
    const world = new DrainWorld(stuck);
    expect(await world.drain({ ...later, allow: new Set<Consent>(["daemonsets", "partial"]) })).toMatchObject({ kind: "refused" });
    expect(world.evictions).toEqual([]);
  });
});
