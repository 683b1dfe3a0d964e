import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { budgets, daemonSets, nodes, pods } from "../../kube/resource.ts";
import type { ClientOptions } from "../../simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { type LiveCluster, watchCluster } from "./live-cluster.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: Array.from({ length: 7 }, (_, i) => ({ name: `n${i}` })),
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 3, on: ["n0", "n0", "n6"] },
    { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
};

async function look(names: readonly string[], client: ClientOptions = {}, world = new DrainWorld(sketch)) {
  const { api, clock, random, stop } = world.surroundings(undefined, client);
  const live = watchCluster({ api, clock, random, nodes: names, signal: stop });
  const readiness = await world.until(live.ready);
  return { world, live, readiness };
}

/** Lets the change reach the view: a watch tells within a second. */
async function seen(world: DrainWorld, live: LiveCluster, holds: () => boolean): Promise<LiveCluster> {
  await world.reach(holds);
  return live;
}

const manyNodes = ["n0", "n1", "n2", "n3", "n4", "n5"];

describe.each([
  { what: "a watch for each of few nodes", names: ["n0"] },
  { what: "one watch for many nodes", names: manyNodes },
])("with $what", ({ names }) => {
  test("the view holds these nodes, their pods and all budgets, and nothing of other nodes", async () => {
    const { live, readiness } = await look(names);
    const view = live.view();
    expect(readiness).toEqual({ kind: "ready" });
    expect(
      view
        .podsOn("n0")
        .map((pod) => pod.controller?.kind ?? "")
        .toSorted(),
    ).toEqual(["DaemonSet", "ReplicaSet", "ReplicaSet"]);
    expect([view.node("n0")?.name, view.node("n6"), view.podsOn("n6"), view.fresh("n0")]).toEqual(["n0", undefined, [], true]);
    expect(view.budgets("web").map((budget) => budget.name)).toEqual(["web"]);
    expect(view.blind).toEqual([]);
    await live[Symbol.asyncDispose]();
  });

  test("pods found at first did not arrive; one that comes later did, and goes with its last state", async () => {
    const { world, live } = await look(names);
    expect(live.view().arrivals("n0")).toEqual([]);
    const { metadata } = world.cluster.control.addPod({ namespace: "web", name: "late", on: "n0" });
    await seen(world, live, () => live.view().pod(metadata.uid) !== undefined);
    expect(
      live
        .view()
        .arrivals("n0")
        .map(({ pod }) => pod.name),
    ).toEqual(["late"]);
    world.cluster.control.remove(pods, { namespace: "web", name: "late" });
    await seen(world, live, () => live.view().gone(metadata.uid) !== undefined);
    expect(live.view().gone(metadata.uid)).toMatchObject({ nodeReady: true, pod: { name: "late", containersEnded: true } });
    await live[Symbol.asyncDispose]();
  });

  test("a pod removed by force is kept as it was last seen: running", async () => {
    const { world, live } = await look(names);
    const { metadata } = world.cluster.control.addPod({ namespace: "web", name: "late", on: "n0" });
    await seen(world, live, () => live.view().pod(metadata.uid) !== undefined);
    world.cluster.control.remove(pods, { namespace: "web", name: "late" }, { gracePeriodSeconds: 0 });
    await seen(world, live, () => live.view().gone(metadata.uid) !== undefined);
    expect(live.view().gone(metadata.uid)?.pod.containersEnded).toBe(false);
    expect(live.view().goneFrom("n0")).toHaveLength(1);
    await live[Symbol.asyncDispose]();
  });

  test("since when it is cordoned begins anew when the cordon was lifted meanwhile", async () => {
    const { world, live } = await look(names);
    const set = (value: boolean) =>
      world.cluster.control.edit(nodes, { name: "n0" }, { kind: "merge", body: { spec: { unschedulable: value } } });
    set(true);
    await seen(world, live, () => live.view().cordonAcknowledged("n0") !== undefined);
    const first = live.view().cordonAcknowledged("n0");
    set(false);
    await seen(world, live, () => live.view().cordonAcknowledged("n0") === undefined);
    set(true);
    await seen(world, live, () => live.view().cordonAcknowledged("n0") !== undefined);
    expect(live.view().cordonAcknowledged("n0")).toBeGreaterThan(first ?? 0);
    await live[Symbol.asyncDispose]();
  });
});

describe("the last state of a pod", () => {
  test("is what the server sent with its deletion, even where that is newer than all that was watched before", async () => {
    const { world, live } = await look(["n0"]);
    const [pod] = live
      .view()
      .podsOn("n0")
      .filter((each) => each.controller?.kind === "ReplicaSet");
    world.cluster.control.remove(pods, { namespace: "web", name: pod?.name ?? "" });
    await seen(world, live, () => live.view().gone(pod?.uid ?? "") !== undefined);
    const last = world.cluster.record.entries.findLast((entry) => entry.uid === pod?.uid);
    expect(last?.after).toBeUndefined();
    expect(live.view().gone(pod?.uid ?? "")?.pod.deletionTimestamp).toBeDefined();
    await live[Symbol.asyncDispose]();
  });
});

describe("what may not be read", () => {
  test("pods: denied, with the resource", async () => {
    const { readiness } = await look(["n0"], { deny: [{ resource: "pods" }] });
    expect(readiness).toMatchObject({ kind: "denied", resource: "pods" });
  });

  test("budgets: it goes on without, and says so", async () => {
    const { live, readiness } = await look(["n0"], { deny: [{ resource: "poddisruptionbudgets" }] });
    expect(readiness).toEqual({ kind: "ready" });
    expect(live.view().blind).toEqual([{ resource: "poddisruptionbudgets.policy", verb: "list", instead: "unread" }]);
    expect(live.view().budgets("web")).toEqual([]);
    await live[Symbol.asyncDispose]();
  });

  test("watches of pods: listed instead, still fresh, and a change is seen", async () => {
    const { world, live } = await look(["n0"], { deny: [{ verb: "watch", resource: "pods" }] });
    expect(live.view().fresh("n0")).toBe(true);
    expect(live.view().blind).toMatchObject([{ resource: "pods", instead: "polled" }]);
    const { metadata } = world.cluster.control.addPod({ namespace: "web", name: "late", on: "n0" });
    await world.elapse(10_000);
    expect(
      live
        .view()
        .arrivals("n0")
        .map(({ pod }) => pod.uid),
    ).toEqual([metadata.uid]);
    await live[Symbol.asyncDispose]();
  });

  test("DaemonSets: their pods are no orphans", async () => {
    const { live } = await look(["n0"], { deny: [{ resource: "daemonsets" }] });
    const uids = live
      .view()
      .podsOn("n0")
      .flatMap(({ controller }) => (controller?.kind === "DaemonSet" ? [controller.uid] : []));
    expect(uids.map((uid) => live.view().owner(uid))).toEqual(["unknown"]);
    await live[Symbol.asyncDispose]();
  });
});

describe("owners", () => {
  test("a DaemonSet that exists, and one that was deleted without its pods", async () => {
    const world = new DrainWorld(sketch);
    const owned = (view: ReturnType<LiveCluster["view"]>) =>
      view.podsOn("n0").find((pod) => pod.controller?.kind === "DaemonSet")?.controller?.uid ?? "";
    const { live } = await look(["n0"], {}, world);
    expect(live.view().owner(owned(live.view()))).toBe("exists");
    await live[Symbol.asyncDispose]();
    world.cluster.control.remove(daemonSets, { namespace: "kube-system", name: "logs" }, { propagation: "Orphan" });
    const again = await look(["n0"], {}, world);
    const uid = owned(again.live.view());
    // Orphaned by the garbage collector, or still naming an owner that is gone.
    expect(uid === "" ? "missing" : again.live.view().owner(uid)).toBe("missing");
    await again.live[Symbol.asyncDispose]();
  });
});

test("a relist after a lost watch tells who came meanwhile as an arrival, and who went as seen last before", async () => {
  const { world, live } = await look(["n0"]);
  const { control } = world.cluster;
  const first = live
    .view()
    .podsOn("n0")
    .find((pod) => pod.controller?.kind === "ReplicaSet");
  control.faults.plantWatch({ resource: pods }, { kind: "expired" });
  control.faults.plant({ resource: pods, verb: "watch" }, { kind: "unreachable" });
  control.edit(budgets, { namespace: "web", name: "web" }, { kind: "merge", body: { metadata: { labels: { touched: "yes" } } } });
  const { metadata } = control.addPod({ namespace: "web", name: "late", on: "n0" });
  control.compact();
  live.resync();
  await world.elapse(60_000);
  expect(
    live
      .view()
      .arrivals("n0")
      .map(({ pod }) => pod.uid),
  ).toEqual([metadata.uid]);
  expect(live.view().pod(first?.uid ?? "")).toBeDefined();
  await live[Symbol.asyncDispose]();
});
