import { describe, expect, test } from "vitest";
import { drainOptions, DrainWorld } from "../../../test/support/drain-world.ts";
import { pods } from "../../kube/resource.ts";
import type { Consent } from "../../plan/consent.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { isHeld, type PodStanding, type WhyOutcome, type WhyTarget } from "./work.ts";
import { why } from "./why.ts";

type Explained = Extract<WhyOutcome, { readonly kind: "explained" }>;

const webBudget = { namespace: "shop", name: "web", spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } } };

/** Three of `web` on `n`, one on `m`, and room elsewhere. */
const shop: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [{ kind: "Deployment", namespace: "shop", name: "web", replicas: 4, on: ["n", "n", "n", "m"] }],
  budgets: [webBudget],
};

async function ask(world: DrainWorld, target: WhyTarget, allow: readonly Consent[] = []): Promise<WhyOutcome> {
  const { request, pageSize } = drainOptions();
  return await world.until(why(world.surroundings(), { target, request, allow: new Set(allow), pageSize }));
}

async function explained(
  world: DrainWorld,
  target: WhyTarget = { kind: "node", name: "n" },
  allow: readonly Consent[] = [],
): Promise<Explained> {
  const outcome = await ask(world, target, allow);
  if (outcome.kind !== "explained") throw new Error(outcome.kind);
  return outcome;
}

const codesOf = ({ holds }: PodStanding): readonly string[] => holds.map(({ blocker }) => blocker.code);
/** Each pod with its state and what holds it, without what a ReplicaSet adds to names. */
const standings = ({ pods }: Explained): readonly string[] =>
  pods.map((pod) => [pod.step.subject.name.split("-")[0], pod.state, ...codesOf(pod), ...pod.missing].join(" ")).toSorted();

function unready(world: DrainWorld, node: string): string {
  const pod = world.cluster.control.podsOn(node)[0];
  if (pod === undefined) throw new Error(`no pod on ${node}`);
  const { name, namespace = "" } = pod.metadata;
  const conditions = [
    { type: "Ready", status: "False", lastTransitionTime: "2026-01-01T00:00:00Z", message: "containers with unready status: [main]" },
  ];
  world.cluster.control.edit(pods, { namespace, name }, { kind: "merge", body: { status: { conditions } } }, { subresource: "status" });
  return name;
}

describe("why", () => {
  test("nothing holds a node whose pods may go: with what was read, and the server's own word", async () => {
    const world = new DrainWorld(shop);
    const outcome = await explained(world);
    expect(isHeld(outcome)).toBe(false);
    expect(standings(outcome)).toEqual(["web free", "web free", "web free"]);
    expect(outcome.pods[0]).toMatchObject({ server: "would-accept" });
    expect(outcome.pods[0]?.evidence.map(({ field }) => field)).toContain("status.disruptionsAllowed");
  });

  test("it writes nothing but dry runs, and no eviction is counted by a budget", async () => {
    const world = new DrainWorld(shop);
    await explained(world);
    expect(world.evictions).toHaveLength(3);
    expect(world.cluster.record.entries.filter(({ by }) => by === "jane")).toEqual([]);
    expect(await world.rests(world.clock.now() + 60_000)).toBe(true);
    expect(world.cluster.control.podsOn("n")).toHaveLength(3);
  });

  test("a spent budget: since when, what was read, the pod that is not Ready and where, and what could be scaled", async () => {
    const world = new DrainWorld(shop);
    const sick = unready(world, "m");
    await world.elapse(20_000);
    const outcome = await explained(world);
    expect(standings(outcome)).toEqual(["web held budget-exhausted", "web held budget-exhausted", "web held budget-exhausted"]);
    const [hold] = outcome.pods[0]?.holds ?? [];
    expect(outcome.asOf - (hold?.since ?? outcome.asOf)).toBeGreaterThan(15_000);
    expect(hold?.evidence).toContainEqual(expect.objectContaining({ field: "status.disruptionsAllowed", value: "0" }));
    expect(outcome.budgets).toMatchObject([
      {
        owner: { kind: "Deployment", name: "web" },
        unready: [{ pod: { name: sick }, node: "m", why: "is not Ready: containers with unready status: [main]" }],
      },
    ]);
  });

  test("two budgets, and one that can never allow one, are a person's to end at once", async () => {
    const db = { kind: "Deployment", namespace: "shop", name: "db", replicas: 1, on: ["n"] } as const;
    const never = { namespace: "shop", name: "db", spec: { minAvailable: 1, selector: { matchLabels: { app: "db" } } } };
    const world = new DrainWorld({
      ...shop,
      workloads: [...(shop.workloads ?? []), db],
      budgets: [webBudget, { ...webBudget, name: "again" }, never],
    });
    const outcome = await explained(world);
    expect(standings(outcome)).toEqual(["db held budget-never-allows", ...Array(3).fill("web held two-budgets")]);
    expect(outcome.pods.flatMap(({ holds }) => holds.map(({ blocker }) => blocker.endsBy))).toEqual(Array(4).fill("person"));
  });

  test("a consent that is missing hides no budget behind it, and counts as given where its flag is", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }, { name: "m" }],
      workloads: [{ kind: "Deployment", namespace: "shop", name: "web", replicas: 2, pod: { emptyDir: true }, on: ["n", "m"] }],
      budgets: [webBudget],
    });
    unready(world, "m");
    await world.elapse(1_000);
    expect(standings(await explained(world))).toEqual(["web held budget-exhausted emptydir"]);
    expect(standings(await explained(world, { kind: "node", name: "n" }, ["emptydir"]))).toEqual(["web held budget-exhausted"]);
  });

  test("a pod that ends within its time is ending; past it, its finalizer or its kubelet is named, since it was marked", async () => {
    const world = new DrainWorld({
      nodes: [{ name: "n" }],
      pods: [
        { namespace: "shop", name: "slow", on: "n", gone: 20_000 },
        { namespace: "shop", name: "kept", on: "n", finalizers: ["example.com/backup"], grace: 1 },
      ],
    });
    for (const name of ["slow", "kept"]) world.cluster.control.remove(pods, { namespace: "shop", name });
    await world.elapse(5_000);
    expect(standings(await explained(world))).toEqual(["kept held finalizers", "slow ending terminating"]);
    const { holds } = (await explained(world, { kind: "pod", namespace: "shop", name: "kept" })).pods[0] ?? { holds: [] };
    expect(holds[0]?.evidence).toContainEqual(expect.objectContaining({ field: "metadata.finalizers", value: "example.com/backup" }));
    expect(world.clock.now() - (holds[0]?.since ?? 0)).toBeLessThan(7_000);
  });

  test("on a dead node an eviction would be accepted and nothing would end: that is what holds its pods", async () => {
    const world = new DrainWorld({ ...shop, budgets: [] });
    world.cluster.control.killNode("n");
    await world.elapse(60_000);
    const outcome = await explained(world);
    expect(outcome.node.notReady?.message).not.toBe("");
    expect(new Set(outcome.pods.flatMap(codesOf))).toEqual(new Set(["kubelet-silent"]));
    expect(isHeld(outcome)).toBe(true);
  });

  test("who may not evict learns the rest, and what was not asked", async () => {
    const world = new DrainWorld(shop);
    const { request, pageSize } = drainOptions();
    const client = { deny: [{ verb: "create", resource: "pods", subresource: "eviction" }] } as const;
    const outcome = await world.until(
      why(world.surroundings(undefined, client), { target: { kind: "node", name: "n" }, request, allow: new Set(), pageSize }),
    );
    expect(outcome).toMatchObject({ kind: "explained", unchecked: [{ verb: "create", resource: "pods/eviction", namespace: "shop" }] });
    expect(outcome.kind === "explained" && isHeld(outcome)).toBe(false);
  });

  test("when the pods are gone, it is known whether a volume is still attached", async () => {
    const world = new DrainWorld({ nodes: [{ name: "n" }] });
    const outcome = await explained(world);
    expect(outcome.pods.map(({ step, state }) => `${step.stage} ${state}`)).toEqual(["detach gone"]);
    expect(isHeld(outcome)).toBe(false);
  });

  test("a name that is none has its nearest; a pod on no node holds up nobody", async () => {
    const world = new DrainWorld(shop);
    const [pod] = world.cluster.control.podsOn("n");
    const name = pod?.metadata.name ?? "";
    expect(await ask(world, { kind: "pod", namespace: "shop", name: `${name}x` })).toEqual({
      kind: "no-such-pod",
      namespace: "shop",
      name: `${name}x`,
      near: name,
    });
    expect(await ask(world, { kind: "node", name: "nn" })).toMatchObject({ kind: "no-such-node" });
    world.cluster.control.create(
      pods,
      {
        metadata: { name: "waiting", namespace: "shop" },
        spec: { nodeSelector: { disk: "none" }, containers: [{ name: "main", image: "x" }] },
      },
      { namespace: "shop" },
    );
    await world.elapse(1_000);
    expect(await ask(world, { kind: "pod", namespace: "shop", name: "waiting" })).toMatchObject({
      kind: "unbound",
      pod: { name: "waiting" },
    });
  });

  test("a budget's own count that fails is told with its message", async () => {
    const orphan = { kind: "ReplicaSet", name: "gone", uid: "uid-gone", apiVersion: "batch.example.com/v1", controller: true };
    const world = new DrainWorld({ ...shop, workloads: [], pods: [{ namespace: "shop", name: "solo", on: "n", labels: { app: "web" } }] });
    world.cluster.control.edit(
      pods,
      { namespace: "shop", name: "solo" },
      { kind: "merge", body: { metadata: { ownerReferences: [orphan] } } },
    );
    await world.elapse(1_000);
    const outcome = await explained(world);
    const broken = outcome.pods[0]?.holds.find(({ blocker }) => blocker.code === "budget-broken");
    expect(broken?.evidence).toContainEqual(expect.objectContaining({ field: "status.conditions[DisruptionAllowed].message" }));
  });
});
