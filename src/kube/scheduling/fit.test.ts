import { describe, expect, test } from "vitest";
import type { PodSpec } from "../pod.ts";
import { aDemand, aNode, noVolumes, occupied, type PodGiven, said, type Scene, verdicts } from "./testing/cluster.ts";
import { Fit } from "./fit.ts";
import type { VolumePlace } from "./volumes.ts";

const zoned = (name: string, zone: string) => aNode(name, { labels: { zone } });
const web = { app: "web" };
const nearWeb = { labelSelector: { matchLabels: web }, topologyKey: "zone" };
const affine = (required: object): PodSpec => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...nearWeb, ...required }] } },
});
const averse = (required: object = {}): PodSpec => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...nearWeb, ...required }] } },
});
const port = (hostPort: number, more: object = {}): PodSpec => ({ containers: [{ name: "a", ports: [{ hostPort, ...more }] }] });
const terms = (...matchExpressions: { key: string; operator: string; values?: string[] }[]): PodSpec => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } },
});

describe("one pod and one node", () => {
  const tainted = aNode("n", { spec: { taints: [{ key: "gpu", value: "a", effect: "NoSchedule" }] } });
  const n = aNode("n");
  const cases: readonly (readonly [string, PodGiven, Scene, string])[] = [
    ["room for it", { cpu: "1" }, { nodes: [n] }, "fits"],
    ["all of its room, exactly", { cpu: "3" }, { nodes: [n], tenants: [{ on: "n", cpu: "1" }] }, "fits"],
    ["less than it asks", { cpu: "3001m" }, { nodes: [n], tenants: [{ on: "n", cpu: "1" }] }, "insufficient cpu"],
    ["too little of two", { cpu: "9", memory: "9Gi" }, { nodes: [n] }, "insufficient cpu, insufficient memory"],
    ["overdrawn, and it asks for nothing", {}, { nodes: [n], tenants: [{ on: "n", cpu: "9" }] }, "fits"],
    ["no place for one pod more", {}, { nodes: [aNode("n", { allocatable: { pods: "1" } })], tenants: [{ on: "n" }] }, "too many pods"],
    [
      "no such device",
      { spec: { containers: [{ name: "a", resources: { requests: { "nvidia.com/gpu": "1" } } }] } },
      { nodes: [n] },
      "insufficient nvidia.com/gpu",
    ],
    ["a cordon", {}, { nodes: [aNode("n", { spec: { unschedulable: true } })] }, "cordoned"],
    [
      "a cordon that it tolerates",
      { spec: { tolerations: [{ operator: "Exists" }] } },
      { nodes: [aNode("n", { spec: { unschedulable: true } })] },
      "fits",
    ],
    ["a taint", {}, { nodes: [tainted] }, "taint gpu=a:NoSchedule"],
    ["a taint that it tolerates", { spec: { tolerations: [{ key: "gpu", operator: "Equal", value: "a" }] } }, { nodes: [tainted] }, "fits"],
    ["a taint that only prefers", {}, { nodes: [aNode("n", { spec: { taints: [{ key: "a", effect: "PreferNoSchedule" }] } })] }, "fits"],
    ["another label", { spec: { nodeSelector: { disk: "ssd" } } }, { nodes: [n] }, "node affinity"],
    ["a label in a list", { spec: terms({ key: "zone", operator: "In", values: ["a", "b"] }) }, { nodes: [zoned("n", "b")] }, "fits"],
    ["a number above", { spec: terms({ key: "zone", operator: "Gt", values: ["3"] }) }, { nodes: [zoned("n", "4")] }, "fits"],
    ["a label it must not have", { spec: terms({ key: "zone", operator: "DoesNotExist" }) }, { nodes: [zoned("n", "4")] }, "node affinity"],
    ["a term without anything in it", { spec: terms() }, { nodes: [n] }, "node affinity"],
    ["a host port that is taken", { spec: port(80) }, { nodes: [n], tenants: [{ on: "n", spec: port(80) }] }, "host port"],
    [
      "a host port on another address",
      { spec: port(80, { hostIP: "10.0.0.1" }) },
      { nodes: [n], tenants: [{ on: "n", spec: port(80, { hostIP: "10.0.0.2" }) }] },
      "fits",
    ],
    [
      "a host port on all addresses",
      { spec: port(80) },
      { nodes: [n], tenants: [{ on: "n", spec: port(80, { hostIP: "10.0.0.2" }) }] },
      "host port",
    ],
    [
      "a host port of another protocol",
      { spec: port(53) },
      { nodes: [n], tenants: [{ on: "n", spec: port(53, { protocol: "UDP" }) }] },
      "fits",
    ],
    ["another scheduler", { spec: { schedulerName: "kai-scheduler" } }, { nodes: [n] }, "? scheduler kai-scheduler"],
    [
      "another scheduler, and a taint that refuses all the same",
      { spec: { schedulerName: "kai-scheduler" } },
      { nodes: [tainted] },
      "taint gpu=a:NoSchedule",
    ],
    ["claims of devices", { spec: { resourceClaims: [{ name: "gpu" }] } }, { nodes: [n] }, "? resource claims"],
    ["gates", { spec: { schedulingGates: [{ name: "later" }] } }, { nodes: [n] }, "? scheduling gates"],
    ["a volume for each pod", { spec: { volumes: [{ name: "v", ephemeral: {} }] } }, { nodes: [n] }, "? a volume yet to be made"],
  ];
  test.each(cases)("%s", (_, pod, scene, expected) => {
    expect(said(verdicts(pod, scene)[0])).toBe(expected);
  });
});

describe("required affinity between pods", () => {
  const nodes = [zoned("a1", "a"), zoned("a2", "a"), zoned("b1", "b"), aNode("nowhere")];
  const all = (pod: PodGiven, tenants: Scene["tenants"]): readonly string[] => verdicts(pod, { nodes, tenants: tenants ?? [] }).map(said);
  const free = "fits";
  const cases: readonly (readonly [string, PodGiven, Scene["tenants"], readonly string[]])[] = [
    ["only where one of them is", { spec: affine({}) }, [{ on: "a1", labels: web }], [free, free, "pod affinity", "pod affinity"]],
    ["nowhere, where there is none", { spec: affine({}) }, [], Array.from({ length: 4 }, () => "pod affinity")],
    ["anywhere with the label, for the first of its own kind", { labels: web, spec: affine({}) }, [], [free, free, free, "pod affinity"]],
    [
      "not for one of another namespace",
      { spec: affine({}) },
      [{ on: "a1", namespace: "other", labels: web }],
      Array.from({ length: 4 }, () => "pod affinity"),
    ],
    [
      "in namespaces by name",
      { spec: affine({ namespaces: ["other"] }) },
      [{ on: "a1", namespace: "other", labels: web }],
      [free, free, "pod affinity", "pod affinity"],
    ],
    [
      "in every namespace",
      { spec: affine({ namespaceSelector: {} }) },
      [{ on: "b1", namespace: "x", labels: web }],
      ["pod affinity", "pod affinity", free, "pod affinity"],
    ],
    ["away from them", { spec: averse() }, [{ on: "a1", labels: web }], ["pod anti-affinity", "pod anti-affinity", free, free]],
    [
      "also while they end",
      { spec: averse() },
      [{ on: "a1", labels: web, terminating: true }],
      ["pod anti-affinity", "pod anti-affinity", free, free],
    ],
    ["where they do not want it", { labels: web }, [{ on: "b1", spec: averse() }], [free, free, "existing pods' anti-affinity", free]],
    [
      "where a namespace that is not theirs does not matter",
      { namespace: "x", labels: web },
      [{ on: "b1", spec: averse() }],
      [free, free, free, free],
    ],
  ];
  test.each(cases)("%s", (_, pod, tenants, expected) => {
    expect(all(pod, tenants)).toEqual(expected);
  });

  test("is not judged where it depends on labels of namespaces, but for their names", () => {
    const byName = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "other" } } };
    const byTeam = { namespaceSelector: { matchLabels: { team: "a" } } };
    expect(all({ spec: averse(byName) }, [{ on: "a1", namespace: "other", labels: web }])[0]).toBe("pod anti-affinity");
    expect(all({ spec: averse(byTeam) }, [{ on: "a1", namespace: "other", labels: web }])[0]).toBe("? labels of namespaces");
    expect(all({ labels: web }, [{ on: "a1", namespace: "other", spec: averse(byTeam) }])).toEqual([
      "? labels of namespaces",
      "? labels of namespaces",
      free,
      free,
    ]);
  });
});

describe("topology spread that refuses nodes", () => {
  const constraint = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: web } };
  const nodes = [zoned("a1", "a"), zoned("b1", "b"), aNode("nowhere")];
  const all = (change: object, tenants: Scene["tenants"], more: PodSpec = {}, among = nodes): readonly string[] =>
    verdicts(
      { labels: web, spec: { topologySpreadConstraints: [{ ...constraint, ...change }], ...more } },
      { nodes: among, tenants: tenants ?? [] },
    ).map(said);
  const onA: Scene["tenants"] = [{ on: "a1", labels: web }];

  test("keeps the skew, and asks for the label", () => {
    expect(all({}, onA)).toEqual(["topology spread", "fits", "topology label missing"]);
    expect(all({ maxSkew: 2 }, onA)).toEqual(["fits", "fits", "topology label missing"]);
    expect(all({ whenUnsatisfiable: "ScheduleAnyway" }, onA)).toEqual(["fits", "fits", "fits"]);
  });

  test("counts neither those that end nor those of other namespaces", () => {
    expect(all({}, [{ on: "a1", labels: web, terminating: true }])[0]).toBe("fits");
    expect(all({}, [{ on: "a1", labels: web, namespace: "other" }])[0]).toBe("fits");
  });

  test("takes a node that is cordoned for a domain, unless taints are honoured", () => {
    const taints = [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }];
    const cordoned = [zoned("a1", "a"), aNode("b1", { labels: { zone: "b" }, spec: { unschedulable: true, taints } })];
    expect(all({}, onA, {}, cordoned)).toEqual(["topology spread", "cordoned"]);
    expect(all({ nodeTaintsPolicy: "Honor" }, onA, {}, cordoned)).toEqual(["fits", "cordoned"]);
  });

  test("leaves out nodes that the pod's own affinity refuses, unless told to ignore that", () => {
    const toA: PodSpec = { nodeSelector: { zone: "a" } };
    expect(all({}, onA, toA)).toEqual(["fits", "node affinity", "node affinity"]);
    expect(all({ nodeAffinityPolicy: "Ignore" }, onA, toA)[0]).toBe("topology spread");
  });

  test("takes the fewest for none while there are fewer domains than asked for", () => {
    const both: Scene["tenants"] = [...onA, { on: "b1", labels: web }];
    expect(all({}, both)).toEqual(["fits", "fits", "topology label missing"]);
    expect(all({ minDomains: 3 }, both)).toEqual(["topology spread", "topology spread", "topology label missing"]);
  });

  test("counts by the values of further labels", () => {
    expect(all({ matchLabelKeys: ["version"] }, [{ on: "a1", labels: { ...web, version: "1" } }])[0]).toBe("topology spread");
    const labels = { ...web, version: "2" };
    const spec = { topologySpreadConstraints: [{ ...constraint, matchLabelKeys: ["version"] }] };
    const tenants = [{ on: "a1", labels: { ...web, version: "1" } }];
    expect(said(verdicts({ labels, spec }, { nodes, tenants })[0])).toBe("fits");
  });
});

describe("volumes", () => {
  const spec: PodSpec = { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] };
  const nodes = [zoned("a1", "a"), zoned("b1", "b")];
  const place: VolumePlace = { topology: [] };
  const inA = { nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }] };
  const all = (claim: VolumePlace, attachable = Number.POSITIVE_INFINITY): readonly string[] =>
    verdicts({ spec }, { nodes, volumes: { claim: () => claim, attachable: (node) => (node === "a1" ? attachable : 9) } }).map(said);

  test("go where their affinity, their zone and their driver let them", () => {
    expect(all(place)).toEqual(["fits", "fits"]);
    expect(all({ ...place, nodes: inA })).toEqual(["fits", "volume node affinity"]);
    expect(all({ ...place, driver: "ebs" }, 0)).toEqual(["volume limit", "fits"]);
    const key = "topology.kubernetes.io/zone";
    const zones = [aNode("a1", { labels: { [key]: "a" } }), aNode("c1", { labels: { [key]: "c" } }), aNode("none")];
    const old = { claim: () => ({ topology: [{ key, values: ["a", "b"] }] }), attachable: () => 1 };
    expect(verdicts({ spec }, { nodes: zones, volumes: old }).map(said)).toEqual(["fits", "volume zone", "fits"]);
  });

  test("are not judged where they are not known", () => {
    expect(verdicts({ spec }, { nodes, volumes: noVolumes }).map(said)).toEqual(["? a volume yet to be made", "? a volume yet to be made"]);
    const unread = { claim: () => ({ unread: "persistentvolumes" }), attachable: () => 1 };
    expect(said(verdicts({ spec }, { nodes, volumes: unread })[0])).toBe("? persistentvolumes could not be read");
  });
});

describe("pushing out", () => {
  test("makes room of pods with a lower priority, not of equal ones, not against a taint, and not where it may not", () => {
    const ask = (spec: PodSpec, tenantPriority: number, node = aNode("n")): boolean => {
      const demand = aDemand({
        cpu: "4",
        spec: { containers: [{ name: "a", resources: { requests: { cpu: "4" } } }], priority: 10, ...spec },
      });
      const tenant = { on: "n", spec: { containers: [{ name: "a", resources: { requests: { cpu: "1" } } }], priority: tenantPriority } };
      return new Fit(demand, new Map([["n", node]]), occupied(demand, [tenant]), noVolumes).wouldPreempt(node);
    };
    expect(ask({}, 0)).toBe(true);
    expect(ask({}, 10)).toBe(false);
    expect(ask({ preemptionPolicy: "Never" }, 0)).toBe(false);
    expect(ask({}, 0, aNode("n", { spec: { taints: [{ key: "x", effect: "NoSchedule" }] } }))).toBe(false);
  });
});
