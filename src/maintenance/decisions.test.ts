import { describe, expect, test } from "vitest";
import { DrainWorld, nodesOf, statesOf } from "../../test/support/drain-world.ts";
import { budgets, pods } from "../kube/resource.ts";
import type { Rule } from "../plan/request.ts";
import { podScript } from "../simulator/controllers/pod-script.ts";
import type { ClientOptions } from "../simulator/embedded-cluster.ts";
import type { BarePodSketch, ClusterSketch, WorkloadSketch } from "../simulator/sketch.ts";

const nodes = [{ name: "n" }, { name: "m" }];
const web: WorkloadSketch = { kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"] };
const notebook = (labels: object = {}): WorkloadSketch => ({
  kind: "StatefulSet",
  namespace: "ann",
  name: "lab",
  on: ["n"],
  pod: { labels: { app: "lab", "notebook-name": "lab", ...labels } },
});
const job = (given: Partial<BarePodSketch> = {}): BarePodSketch => ({
  namespace: "jobs",
  name: "job",
  on: "n",
  restartPolicy: "Never",
  ...given,
});
const finishing = { annotations: { [podScript.finish]: "60s" } };
const about = (namespace: string, action: Rule["action"], wave?: number): Rule => ({
  namespaces: { names: [namespace] },
  action,
  ...(wave === undefined ? {} : { wave }),
});
const blockersOf = (world: DrainWorld) =>
  world.events.flatMap((event) => (event.kind === "blocked" ? [{ code: event.blocker.code, endsBy: event.blocker.endsBy }] : []));

describe("a person's session", () => {
  const sketch: Partial<ClusterSketch> = { nodes, workloads: [web, notebook()] };

  test("refuses beforehand, and goes with the consent", async () => {
    const world = new DrainWorld(sketch);
    expect(await world.drain()).toMatchObject({
      kind: "refused",
      refusals: [{ kind: "consent", missing: ["interactive"], step: { reason: { code: "session" } } }],
    });
    expect(world.evictions).toEqual([]);
    expect(statesOf(await world.drain({ allow: new Set(["interactive"]) }))).toEqual(["n drained"]);
    expect(world.evictions).toHaveLength(3);
  });

  test("is left with partial, and the blocker names the person", async () => {
    const server: BarePodSketch = {
      namespace: "hub",
      name: "jupyter-ann",
      on: "n",
      labels: { component: "singleuser-server", "hub.jupyter.org/username": "ann" },
    };
    const world = new DrainWorld({ nodes, workloads: [web], pods: [server] });
    const outcome = await world.drain({ allow: new Set(["partial", "unmanaged"]) });
    expect(nodesOf(outcome)).toMatchObject([
      { state: "blocked", moved: 2, blockers: [{ code: "consent-missing", args: { consents: ["interactive"], person: "ann" } }] },
    ]);
  });

  test("is waited for by a rule, until it is gone", async () => {
    const world = new DrainWorld(sketch);
    const work = world.begin({ request: { rules: [about("ann", "wait")] } });
    await world.reach(() => world.events.filter(({ kind }) => kind === "gone").length === 2);
    await world.elapse(600_000);
    expect(world.evictions).toHaveLength(2);
    expect(blockersOf(world)).toEqual([{ code: "awaiting-session-end", endsBy: "cluster" }]);
    world.cluster.control.remove(pods, { namespace: "ann", name: "lab-0" });
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
  });
});

describe("reservations of GPUs", () => {
  test("are left, need no consent, and keep no node from being empty", async () => {
    const reservation: BarePodSketch = { namespace: "kai-resource-reservation", name: "gpu-reservation-n-x", on: "n", emptyDir: true };
    const world = new DrainWorld({ nodes, workloads: [web], pods: [reservation] });
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(world.cluster.control.podsOn("n").map(({ metadata }) => metadata.name)).toEqual([reservation.name]);
  });
});

describe("marks of other tools", () => {
  const protectedFor = (value: string, given: Partial<BarePodSketch> = {}): BarePodSketch =>
    job({ annotations: { "karpenter.sh/do-not-disrupt": value }, ...given });

  test("are said and not obeyed, unless that is asked for", async () => {
    const world = new DrainWorld({ nodes, pods: [protectedFor("true")] });
    expect(statesOf(await world.drain({ allow: new Set(["unmanaged"]) }))).toEqual(["n drained"]);
    const planned = world.events.find((event) => event.kind === "planned");
    expect(planned?.plan.findings).toMatchObject([{ code: "do-not-disrupt", severity: "warning", args: { obeyed: false } }]);
  });

  test("do-not-disrupt for a while: the pod is evicted as soon as its time has passed", async () => {
    const world = new DrainWorld({ nodes, pods: [protectedFor("10m")] });
    const began = world.clock.now();
    const outcome = await world.drain({ allow: new Set(["unmanaged"]), request: { honor: ["karpenter"] } });
    expect(statesOf(outcome)).toEqual(["n drained"]);
    expect(blockersOf(world)).toEqual([{ code: "awaiting-its-time", endsBy: "cluster" }]);
    const evicted = world.events.find(({ kind }) => kind === "accepted")?.at ?? 0;
    expect(evicted - began).toBeGreaterThan(590_000);
    expect(evicted - began).toBeLessThan(602_000);
  });

  test("wait-completed: the pod ends by itself, is never evicted while it runs, and the node is drained", async () => {
    const world = new DrainWorld({ nodes, pods: [job({ ...finishing, labels: { "cluster.x-k8s.io/drain": "Wait-Completed" } })] });
    const outcome = await world.drain({ request: { honor: ["cluster-api"] } });
    expect(statesOf(outcome)).toEqual(["n drained"]);
    expect(blockersOf(world)[0]).toEqual({ code: "awaiting-completion", endsBy: "cluster" });
    const evicted = world.events.find(({ kind }) => kind === "started")?.at ?? 0;
    expect(evicted - (world.events[0]?.at ?? 0)).toBeGreaterThan(55_000);
  });

  test("wait-completed on what never ends: the rest moves, and the drain ends as blocked instead of waiting for ever", async () => {
    const kept: WorkloadSketch = {
      ...web,
      namespace: "api",
      name: "api",
      replicas: 1,
      on: ["n"],
      pod: { labels: { app: "api", "cluster.x-k8s.io/drain": "wait-completed" } },
    };
    const world = new DrainWorld({ nodes, workloads: [web, kept] });
    const outcome = await world.drain({ request: { honor: ["cluster-api"] } });
    expect(nodesOf(outcome)).toMatchObject([{ state: "blocked", moved: 2, blockers: [{ code: "awaiting-somebody", endsBy: "person" }] }]);
  });

  test("skip: the pod stays, and keeps no node from being empty", async () => {
    const world = new DrainWorld({ nodes, workloads: [web], pods: [job({ labels: { "cluster.x-k8s.io/drain": "skip" } })] });
    expect(statesOf(await world.drain({ request: { honor: ["cluster-api"] } }))).toEqual(["n drained"]);
    expect(world.cluster.control.podsOn("n")).toHaveLength(1);
  });

  test("safe-to-evict false on what never ends: refused beforehand; with partial it is left, and named", async () => {
    const kept: WorkloadSketch = { ...web, pod: { annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" } } };
    const world = new DrainWorld({ nodes, workloads: [kept] });
    const request = { honor: ["autoscaler"] } as const;
    expect(await world.drain({ request })).toMatchObject({ kind: "refused", refusals: [{ finding: { code: "not-safe-to-evict" } }, {}] });
    expect(nodesOf(await world.drain({ request, allow: new Set(["partial"]) }))).toMatchObject([
      { state: "blocked", moved: 0, blockers: [{ code: "not-safe-to-evict", endsBy: "person" }, {}] },
    ]);
  });

  test("a mark that is set midway is obeyed from then on, and said as a change of plan", async () => {
    const world = new DrainWorld({
      nodes,
      workloads: [{ ...web, pod: { ready: 20_000 } }],
      budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 1 } }],
    });
    const work = world.begin({ request: { honor: ["cluster-api"] } });
    await world.reach(() => world.events.some(({ kind }) => kind === "gone"));
    const [left] = world.cluster.control.podsOn("n");
    const at = { namespace: "web", name: left?.metadata.name ?? "" };
    world.cluster.control.edit(pods, at, { kind: "merge", body: { metadata: { labels: { "cluster.x-k8s.io/drain": "skip" } } } });
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
    expect(world.events).toContainEqual(expect.objectContaining({ kind: "replanned", from: "evict/managed", to: "stay/drain-skip" }));
    expect(world.cluster.control.podsOn("n").map(({ metadata }) => metadata.name)).toEqual([at.name]);
  });
});

describe("rules", () => {
  test("evict, delete past a budget, wait, stay and ask, each where it was said", async () => {
    const one = (namespace: string, given: Partial<WorkloadSketch> = {}): WorkloadSketch => ({
      ...web,
      namespace,
      name: namespace,
      replicas: 1,
      on: ["n"],
      ...given,
    });
    const world = new DrainWorld({
      nodes,
      workloads: [one("gone"), one("deleted"), one("kept")],
      pods: [job({ namespace: "ending", ...finishing })],
      budgets: [{ namespace: "deleted", name: "all", spec: { selector: {}, maxUnavailable: 0 } }],
    });
    const rules = [about("deleted", "delete"), about("ending", "wait"), about("kept", "stay"), about("gone", "evict")];
    expect(await world.drain({ request: { rules } })).toMatchObject({ kind: "refused", refusals: [{ missing: ["budget-violation"] }] });
    const outcome = await world.drain({ request: { rules }, allow: new Set(["budget-violation"]) });
    expect(statesOf(outcome)).toEqual(["n drained"]);
    expect(world.cluster.control.podsOn("n").map(({ metadata }) => metadata.namespace)).toEqual(["kept"]);
    expect(world.cluster.record.calls.filter(({ verb }) => verb === "delete").map(({ namespace }) => namespace)).toEqual(["deleted"]);
    expect(await world.drain({ nodes: ["m"], request: { rules: [about("deleted", "stay"), about("gone", "ask")] } })).toMatchObject({
      kind: "refused",
      refusals: [{ finding: { code: "rule-ask" } }],
    });
  });

  test("waves leave one after another, on each node by itself", async () => {
    const world = new DrainWorld({
      nodes,
      workloads: ["first", "second"].map((namespace) => ({ ...web, namespace, name: namespace, pod: { gone: 5_000 } })),
      pods: [],
    });
    const outcome = await world.drain({ request: { rules: [about("first", "evict", -1)] } });
    expect(statesOf(outcome)).toEqual(["n drained"]);
    const times = (kind: string, namespace: string) =>
      world.events.flatMap((event) => (event.kind === kind && "pod" in event && event.pod.namespace === namespace ? [event.at] : []));
    expect(Math.min(...times("started", "second"))).toBeGreaterThanOrEqual(Math.max(...times("gone", "first")));
  });

  test("by labels of namespaces that may not be read match nothing, and that is said", async () => {
    const rules: readonly Rule[] = [
      { action: "stay", namespaces: { selector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } } },
    ];
    const world = new DrainWorld({ nodes, workloads: [web] });
    const denied: ClientOptions = { deny: [{ resource: "namespaces" }] };
    expect(statesOf(await world.until(world.begin({ request: { rules } }, undefined, denied)))).toEqual(["n drained"]);
    expect(world.evictions).toHaveLength(2);
    expect(world.events.find((event) => event.kind === "planned")?.plan.findings).toMatchObject([{ code: "namespaces-unread" }]);
  });
});

describe("infrastructure", () => {
  test("leaves when all others are gone; where there is none nobody waits", async () => {
    const dns: WorkloadSketch = { ...web, namespace: "kube-system", name: "dns", replicas: 1, on: ["n"], pod: { priority: 2_000_000_000 } };
    const world = new DrainWorld({ nodes, workloads: [dns, web] });
    expect(statesOf(await world.drain())).toEqual(["n drained"]);
    expect(world.evictions.at(-1)).toMatch(/^dns/);
    const startedAt = world.events.find((event) => event.kind === "started" && event.pod.namespace === "kube-system")?.at ?? 0;
    const goneAt = world.events.findLast((event) => event.kind === "gone" && event.pod.namespace === "web")?.at ?? Number.POSITIVE_INFINITY;
    expect(startedAt).toBeGreaterThanOrEqual(goneAt);
  });
});

describe("a budget that counts the pods there are, while a StatefulSet makes one anew", () => {
  const replicas = 3;
  const db: WorkloadSketch = { kind: "StatefulSet", namespace: "db", name: "db", replicas, on: ["n", "m", "m"] };
  const twoOfThree = { namespace: "db", name: "db", spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 2 } };
  const expected = (world: DrainWorld) => world.cluster.control.find(budgets, { namespace: "db", name: "db" })?.status?.expectedPods;
  const noScales: ClientOptions = { deny: [{ resource: "statefulsets" }] };

  /** The last pod is gone and not made anew: the first one is not Ready, and they are made in order. */
  async function between(): Promise<DrainWorld> {
    const world = new DrainWorld({ nodes, workloads: [db], budgets: [twoOfThree] });
    const mood = { metadata: { annotations: { [podScript.unready]: "true" } } };
    world.cluster.control.edit(pods, { namespace: "db", name: "db-1" }, { kind: "merge", body: mood });
    world.cluster.control.remove(pods, { namespace: "db", name: "db-2" }, { gracePeriodSeconds: 0 });
    await world.reach(() => expected(world) === 2);
    await world.elapse(30_000);
    expect(expected(world)).toBe(2);
    return world;
  }
  const mended = (world: DrainWorld): void => {
    const body = { metadata: { annotations: { [podScript.unready]: null } } };
    world.cluster.control.edit(pods, { namespace: "db", name: "db-1" }, { kind: "merge", body });
  };

  test("is not refused where the scale of its owner tells better, however long that takes", async () => {
    const world = await between();
    const work = world.begin();
    await world.reach(() => world.events.some(({ kind }) => kind === "blocked"));
    expect(blockersOf(world).map(({ code }) => code)).toEqual(["budget-exhausted"]);
    mended(world);
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
  });

  test("is not refused where the next count tells better, within two seconds", async () => {
    const world = await between();
    const began = world.clock.now();
    const work = world.begin({}, undefined, noScales);
    await world.elapse(500);
    mended(world);
    expect(statesOf(await world.until(work))).toEqual(["n drained"]);
    expect((world.events[0]?.at ?? 0) - began).toBeLessThan(2_000);
  });

  test("is refused after two seconds where nothing tells better, and nothing was touched", async () => {
    const world = await between();
    const began = world.clock.now();
    expect(await world.until(world.begin({}, undefined, noScales))).toMatchObject({
      kind: "refused",
      refusals: [{ finding: { code: "budget-never-allows" } }],
    });
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(2_000);
    expect(world.clock.now() - began).toBeLessThan(2_500);
    expect(world.evictions).toEqual([]);
  });

  test("that truly never allows one is refused at once, by the scale", async () => {
    const world = new DrainWorld({ nodes, workloads: [{ ...db, replicas: 2, on: ["n", "m"] }], budgets: [twoOfThree] });
    const began = world.clock.now();
    expect(await world.drain()).toMatchObject({ kind: "refused" });
    expect(world.clock.now() - began).toBeLessThan(200);
  });

  test("is not refused to somebody who stops while it is looked at again: that is a stop before anything was changed", async () => {
    const world = await between();
    const stop = new AbortController();
    const work = world.begin({}, stop.signal, noScales);
    await world.elapse(1_000);
    stop.abort(new Error("SIGINT"));
    expect(await world.until(work)).toEqual({ kind: "stopped-before", why: "interrupted" });
  });

  test("in a partial drain what is waited for is said while it is in doubt", async () => {
    const world = await between();
    const outcome = await world.until(world.begin({ allow: new Set(["partial"]) }, undefined, noScales));
    expect(blockersOf(world)).toEqual([
      { code: "budget-in-doubt", endsBy: "cluster" },
      { code: "budget-never-allows", endsBy: "person" },
    ]);
    expect(nodesOf(outcome)).toMatchObject([{ state: "blocked", blockers: [{ code: "budget-never-allows" }] }]);
  });
});
