import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { pods } from "../../kube/resource.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import type { ClientOptions } from "../../simulator/embedded-cluster.ts";
import { compareText } from "../../runtime/text-order.ts";
import { watchCluster } from "./live-cluster.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: ["n", "m", "o"].map((name) => ({ name })),
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 3, on: ["n", "m", "o"] },
    { kind: "Deployment", namespace: "web", name: "other", replicas: 1, on: ["m"] },
    { kind: "DaemonSet", namespace: "kube-system", name: "logs" },
  ],
  pods: [{ namespace: "web", name: "bare", on: "n" }],
};

async function look(client: ClientOptions = {}) {
  const world = new DrainWorld(sketch);
  const { api, clock, random, stop } = world.surroundings(undefined, client);
  const live = watchCluster({ api, clock, random, nodes: ["n"], signal: stop });
  await world.until(live.ready);
  const [web] = live
    .view()
    .podsOn("n")
    .flatMap(({ controller }) => (controller?.kind === "ReplicaSet" ? [controller.uid] : []));
  return { world, live, web: web ?? "" };
}

describe("pods of the same controllers elsewhere", () => {
  test("are unknown until somebody asks for them: then one watch more shows them", async () => {
    const { world, live, web } = await look();
    const before = world.cluster.record.calls.length;
    expect(live.view().peers(web)).toBe("unknown");
    await world.until(live.watchPeers(live.view().podsOn("n")));
    const peers = live.view().peers(web);
    expect(peers === "unknown" ? [] : peers.map(({ node = "" }) => node).toSorted(compareText)).toEqual(["m", "o"]);
    const asked = world.cluster.record.calls.slice(before);
    expect(asked.filter(({ verb }) => verb === "watch")).toHaveLength(1);
    await live[Symbol.asyncDispose]();
  });

  test("of a controller that has none on these nodes stay unknown", async () => {
    const { world, live } = await look();
    await world.until(live.watchPeers(live.view().podsOn("n")));
    const [other] = world.cluster.control.podsOn("m").filter(({ metadata }) => metadata.name.startsWith("other"));
    expect(live.view().peers(other?.metadata.ownerReferences?.[0]?.uid ?? "")).toBe("unknown");
    await live[Symbol.asyncDispose]();
  });

  test("follow what becomes of them", async () => {
    const { world, live, web } = await look();
    await world.until(live.watchPeers(live.view().podsOn("n")));
    const [mine] = world.cluster.control.podsOn("n").filter(({ metadata }) => metadata.name.startsWith("web"));
    world.cluster.control.remove(pods, { namespace: "web", name: mine?.metadata.name ?? "" });
    await world.reach(() => live.view().peers(web).length === 3);
    expect(live.view().peers(web)).toHaveLength(3);
    await live[Symbol.asyncDispose]();
  });

  test("never make a drain's watches more than twelve, however many nodes, controllers and namespaces there are", async () => {
    const names = ["n", "m", "o", "p"];
    const workloads = ["a", "b", "c", "d", "e"].map((namespace) => ({
      kind: "Deployment" as const,
      namespace,
      name: "web",
      replicas: 4,
      on: names,
    }));
    const world = new DrainWorld({ nodes: names.map((name) => ({ name })), workloads });
    const { api, clock, random, stop } = world.surroundings();
    const live = watchCluster({ api, clock, random, nodes: names, namespaces: true, signal: stop });
    await world.until(live.ready);
    void live.readVolumes(true);
    await world.until(live.watchPeers(names.flatMap((node) => live.view().podsOn(node))));
    const watches = world.cluster.record.calls.filter(({ verb }) => verb === "watch");
    expect(watches.length).toBeGreaterThan(10);
    expect(watches.length).toBeLessThanOrEqual(12);
    await live[Symbol.asyncDispose]();
  });

  test("are begun once, whoever asks again", async () => {
    const { world, live } = await look();
    await world.until(live.watchPeers(live.view().podsOn("n")));
    const before = world.cluster.record.calls.length;
    await world.until(live.watchPeers(live.view().podsOn("n")));
    expect(world.cluster.record.calls).toHaveLength(before);
    await live[Symbol.asyncDispose]();
  });
});
