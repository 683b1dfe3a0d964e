import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { namespaces, pods } from "../../kube/resource.ts";
import type { ClientOptions } from "../../simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { type LiveOptions, watchCluster } from "./live-cluster.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }],
  workloads: [
    { kind: "StatefulSet", namespace: "db", name: "db", replicas: 3, on: ["n", "n", "n"] },
    { kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"] },
    { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
  ],
};

async function look(options: Partial<LiveOptions> = {}, client: ClientOptions = {}) {
  const world = new DrainWorld(sketch);
  const { api, clock, random, stop } = world.surroundings(undefined, client);
  const live = watchCluster({ api, clock, random, nodes: ["n"], signal: stop, ...options });
  const readiness = await world.until(live.ready);
  const owners = live
    .view()
    .podsOn("n")
    .flatMap(({ namespace, controller }) => (controller === undefined ? [] : [{ namespace, controller }]));
  return { world, live, readiness, owners };
}

describe("labels of namespaces", () => {
  const requests = (world: DrainWorld) =>
    world.cluster.record.calls.filter(({ resource }) => resource === "namespaces").map(({ verb }) => verb);

  test("are not asked for where no rule needs them", async () => {
    const { world, live } = await look();
    expect(live.view().namespaceLabels("db")).toBe("unknown");
    expect(requests(world)).toEqual([]);
    await live[Symbol.asyncDispose]();
  });

  test("are known before the first decision, and followed", async () => {
    const { world, live } = await look({ namespaces: true });
    expect(live.view().namespaceLabels("db")).not.toBe("unknown");
    expect(live.view().namespaceLabels("nowhere")).toBe("unknown");
    world.cluster.control.edit(namespaces, { name: "db" }, { kind: "merge", body: { metadata: { labels: { env: "prod" } } } });
    await world.reach(() => {
      const labels = live.view().namespaceLabels("db");
      return labels !== "unknown" && labels["env"] === "prod";
    });
    expect(requests(world)).toEqual(["watch"]);
    await live[Symbol.asyncDispose]();
  });

  test("that may not be read are unknown, and that is said", async () => {
    const { live, readiness } = await look({ namespaces: true }, { deny: [{ resource: "namespaces" }] });
    expect(readiness).toEqual({ kind: "ready" });
    expect(live.view().namespaceLabels("db")).toBe("unknown");
    expect(live.view().blind).toMatchObject([{ resource: "namespaces", instead: "unread" }]);
    await live[Symbol.asyncDispose]();
  });
});

describe("scales of controllers", () => {
  const gets = (world: DrainWorld) =>
    world.cluster.record.calls.filter(({ verb, resource }) => verb === "get" && resource.endsWith("sets.apps"));

  test("are read when asked for, each once, whatever the number of pods", async () => {
    const { world, live, owners } = await look();
    expect(owners.map(({ controller }) => live.view().scale(controller.uid))).toEqual(owners.map(() => undefined));
    await world.until(live.readScales(owners));
    await world.until(live.readScales(owners));
    const scales = new Map(owners.map(({ controller }) => [controller.kind, live.view().scale(controller.uid)]));
    expect([scales.get("StatefulSet"), scales.get("ReplicaSet"), scales.get("DaemonSet")]).toEqual([3, 2, undefined]);
    expect(gets(world)).toHaveLength(2);
    await live[Symbol.asyncDispose]();
  });

  test("stay unknown where they may not be read", async () => {
    const { world, live, owners } = await look({}, { deny: [{ resource: "statefulsets" }, { resource: "replicasets" }] });
    await world.until(live.readScales(owners));
    expect(owners.map(({ controller }) => live.view().scale(controller.uid))).toEqual(owners.map(() => undefined));
    await live[Symbol.asyncDispose]();
  });

  test("of an owner that was made anew under its name are not taken for the old one's", async () => {
    const { world, live, owners } = await look();
    const [owner] = owners.filter(({ controller }) => controller.kind === "StatefulSet");
    const former = { namespace: "db", controller: { ...owner?.controller, uid: "former" } as NonNullable<typeof owner>["controller"] };
    await world.until(live.readScales([former]));
    expect(live.view().scale("former")).toBeUndefined();
    await live[Symbol.asyncDispose]();
  });
});

test("a DaemonSet of another API group is asked for under no other name: its pods are no orphans", async () => {
  const world = new DrainWorld(sketch);
  const [pod] = world.cluster.control.podsOn("n").filter(({ metadata }) => metadata.namespace === "kube-system");
  const body = {
    metadata: {
      ownerReferences: [
        { apiVersion: "apps.kruise.io/v1alpha1", kind: "DaemonSet", name: "image-puller", uid: "kruise", controller: true },
      ],
    },
  };
  world.cluster.control.edit(pods, { namespace: "kube-system", name: pod?.metadata.name ?? "" }, { kind: "merge", body });
  const { api, clock, random, stop } = world.surroundings();
  const live = watchCluster({ api, clock, random, nodes: ["n"], signal: stop });
  await world.until(live.ready);
  expect(live.view().owner("kruise")).toBe("unknown");
  expect(world.cluster.record.calls.filter(({ verb, name }) => verb === "get" && name === "image-puller")).toEqual([]);
  await live[Symbol.asyncDispose]();
});
