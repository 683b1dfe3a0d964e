import { describe, expect, test } from "vitest";
import { type Place, Room } from "./room.ts";
import { aDemand, aNode, noVolumes, occupied, type PodGiven, type Scene } from "./testing/cluster.ts";

function room({ nodes, tenants, volumes = noVolumes }: Scene, leaving: readonly string[], ask: PodGiven): Room {
  return new Room({
    nodes: new Map(nodes.map((node) => [node.name, node])),
    occupancy: occupied(aDemand(ask), tenants),
    volumes,
    leaving: new Set(leaving),
  });
}

function said(place: Place): string {
  switch (place.kind) {
    case "fits":
      return place.node;
    case "unknown":
      return `? ${place.why.join(", ")}`;
    case "no-room":
      return `0/${place.of}: ${[...place.reasons].map(([reason, count]) => `${count} ${reason}`).join(", ")}${place.isCrowdedOut ? ", crowded out" : ""}`;
  }
}

describe("pods that are placed one after another", () => {
  const nodes = [aNode("old"), aNode("a"), aNode("b")];
  const two: PodGiven = { cpu: "2" };

  test("take the room that those before them left, the freest node first", () => {
    const free = room({ nodes, tenants: [{ on: "a", cpu: "3" }] }, ["old"], two);
    expect([0, 1, 2].map(() => said(free.place(aDemand(two), "old")))).toEqual(["b", "b", "0/2: 2 insufficient cpu, crowded out"]);
  });

  test("are told which nodes were not considered, and why the others refuse", () => {
    const others = [
      aNode("old"),
      aNode("next"),
      aNode("c", { spec: { unschedulable: true } }),
      aNode("d", { ready: false }),
      aNode("e", { spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } }),
      aNode("f", { allocatable: { cpu: "1", memory: "1Gi" } }),
    ];
    const ask = { cpu: "2", memory: "2Gi" };
    expect(said(room({ nodes: others }, ["old", "next"], ask).place(aDemand(ask), "old"))).toBe(
      "0/5: 1 drained too, 1 cordoned, 1 not ready, 1 taint gpu:NoSchedule, 1 insufficient cpu, 1 insufficient memory",
    );
  });

  test("keep away from each other, and leave what they were asked about as it is", () => {
    const labels = { app: "db" };
    const term = { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" };
    const ask: PodGiven = { labels, spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } } };
    const occupancy = occupied(aDemand(ask), []);
    const options = { nodes: new Map(nodes.map((node) => [node.name, node])), occupancy, volumes: noVolumes, leaving: new Set(["old"]) };
    const places = (): readonly string[] => {
      const free = new Room(options);
      return [0, 1, 2].map(() => said(free.place(aDemand(ask), "old")));
    };
    const expected = ["a", "b", "0/2: 2 pod anti-affinity, crowded out"];
    expect(places()).toEqual(expected);
    expect(places()).toEqual(expected);
  });

  test("share what a node can attach", () => {
    const ask: PodGiven = { spec: { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] } };
    const volumes = { claim: () => ({ topology: [], driver: "ebs" }), attachable: () => 1 };
    const free = room({ nodes, volumes }, ["old"], ask);
    expect([0, 1, 2].map(() => said(free.place(aDemand(ask), "old")))).toEqual(["a", "b", "0/2: 2 volume limit, crowded out"]);
  });

  test("are unknown where one node might do, and no room where none can", () => {
    const ask: PodGiven = {
      cpu: "2",
      spec: { schedulerName: "kai-scheduler", containers: [{ name: "a", resources: { requests: { cpu: "2" } } }] },
    };
    expect(said(room({ nodes }, ["old"], ask).place(aDemand(ask), "old"))).toBe("? scheduler kai-scheduler");
    const full = [
      { on: "a", cpu: "3" },
      { on: "b", cpu: "3" },
    ];
    expect(said(room({ nodes, tenants: full }, ["old"], ask).place(aDemand(ask), "old"))).toBe("0/2: 2 insufficient cpu");
  });
});

describe("an occupancy", () => {
  test("is as it was when a pod has been added and removed again", () => {
    const term = { labelSelector: { matchLabels: { app: "a" } }, topologyKey: "zone" };
    const demand = aDemand({
      labels: { app: "a" },
      cpu: "1",
      spec: {
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
        containers: [{ name: "c", ports: [{ hostPort: 80 }], resources: { requests: { cpu: "1" } } }],
      },
    });
    const occupancy = occupied(demand, []);
    const tenant = { node: "a", terminating: false, demand };
    const copy = occupancy.fork();
    copy.add(tenant);
    expect([copy.load("a").pods, copy.load("a").ports.length, copy.opposing(demand).length]).toEqual([1, 1, 1]);
    expect([occupancy.load("a").pods, occupancy.opposing(demand).length]).toEqual([0, 0]);
    copy.remove(tenant);
    expect([copy.load("a").pods, copy.load("a").used.get("cpu"), copy.load("a").ports, copy.opposing(demand)]).toEqual([0, 0, [], []]);
  });
});
