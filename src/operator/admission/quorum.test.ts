import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { controlPlaneNode, etcdPod, factsOf, node } from "./testing/facts.ts";
import type { AdmissionFacts, EtcdPod, NodeFact } from "./facts.ts";
import { judgeQuorum } from "./quorum.ts";

function seen(
  target: string,
  nodes: readonly NodeFact[],
  pods: readonly EtcdPod[] = [],
  rest: Partial<AdmissionFacts> = {},
): AdmissionFacts {
  return factsOf(
    nodes.find(({ name }) => name === target),
    [],
    { quorum: { kind: "evidence", nodes: { known: nodes }, etcdPods: { known: pods } }, ...rest },
  );
}
const named = (count: number, make: (name: string) => NodeFact = controlPlaneNode): NodeFact[] =>
  Array.from({ length: count }, (_, n) => make(`m${n}`));
const etcdLabelled = (name: string): NodeFact => node(name, { "node-role.kubernetes.io/etcd": "true" });

describe("who is a member", () => {
  test("with etcd's mirror pods: where they run, whatever the roles say", () => {
    const nodes = [...named(3), controlPlaneNode("api-only")];
    const pods = ["m0", "m1", "m2"].map((name) => etcdPod(name));
    expect(judgeQuorum("api-only", seen("api-only", nodes, pods))).toEqual({ kind: "no-member" });
    expect(judgeQuorum("m0", seen("m0", nodes, pods))).toMatchObject({ kind: "enough", left: 2, needed: 2 });
  });

  test("with the label of k3s and RKE2: those of the value true", () => {
    const nodes = [...named(3, etcdLabelled), controlPlaneNode("server"), node("off", { "node-role.kubernetes.io/etcd": "false" })];
    expect(judgeQuorum("m0", seen("m0", nodes))).toMatchObject({ kind: "enough", left: 2, needed: 2 });
    expect(judgeQuorum("server", seen("server", nodes))).toEqual({ kind: "no-member" });
    expect(judgeQuorum("off", seen("off", nodes))).toEqual({ kind: "no-member" });
  });

  test("without either: the nodes with the role, old name or new", () => {
    const nodes = [...named(2), node("m2", { "node-role.kubernetes.io/master": "" })];
    expect(judgeQuorum("m2", seen("m2", nodes))).toMatchObject({ kind: "enough", left: 2 });
    expect(judgeQuorum("worker", seen("worker", [...nodes, node("worker")]))).toEqual({ kind: "no-member" });
  });
});

describe("what counts as out already", () => {
  const pods = ["m0", "m1", "m2"].map((name) => etcdPod(name));
  const cases: readonly { what: string; facts: AdmissionFacts; why: string }[] = [
    {
      what: "NotReady",
      facts: seen("m0", [controlPlaneNode("m0"), controlPlaneNode("m1", { ready: false }), controlPlaneNode("m2")], pods),
      why: "is not Ready",
    },
    {
      what: "held out",
      facts: seen("m0", [controlPlaneNode("m0"), controlPlaneNode("m1", { heldOut: true }), controlPlaneNode("m2")], pods),
      why: "is held out of service",
    },
    {
      what: "its etcd not Ready",
      facts: seen("m0", named(3), [etcdPod("m0"), etcdPod("m1", "False"), etcdPod("m2")]),
      why: "its pod etcd-m1 is not Ready",
    },
    { what: "its Node gone", facts: seen("m0", [controlPlaneNode("m0"), controlPlaneNode("m2")], pods), why: "has no Node" },
    {
      what: "a Maintenance that has not touched it yet",
      facts: seen("m0", named(3), pods, { maintenances: { known: [{ name: "x", nodeName: "m1", phase: "Pending", deleting: false }] } }),
      why: "is to go out by maintenance/x",
    },
    {
      what: "a NodeMaintenance",
      facts: seen("m0", named(3), pods, {
        nodeMaintenances: { known: [{ name: "x", nodeName: "m1", phase: "Succeeded", deleting: false }] },
      }),
      why: "is to go out by nodemaintenance/x",
    },
  ];
  test.each(cases)("$what", ({ facts, why }) => {
    expect(judgeQuorum("m0", facts)).toMatchObject({
      kind: "broken",
      left: 1,
      needed: 2,
      members: [{ name: "m0" }, { name: "m1", out: why }, { name: "m2" }],
    });
    // It is the one that is out: it may be worked on.
    const self = "known" in facts.node && facts.quorum.kind === "evidence" && "known" in facts.quorum.nodes;
    if (self && why !== "has no Node") expect(judgeQuorum("m1", facts)).toEqual({ kind: "already-out", node: "m1", why });
  });

  test("a finished Maintenance does not count", () => {
    const maintenances = { known: [{ name: "x", nodeName: "m1", phase: "Finished", deleting: false }] };
    expect(judgeQuorum("m0", seen("m0", named(3), pods, { maintenances }))).toMatchObject({ kind: "enough" });
  });
});

describe("what cannot be seen", () => {
  const hidden = (target: NodeFact): AdmissionFacts =>
    factsOf(target, [], { quorum: { kind: "evidence", nodes: { unknown: "forbidden" }, etcdPods: { unknown: "denied" } } });
  test("is named where the node may be a member", () => {
    expect(judgeQuorum("m0", hidden(controlPlaneNode("m0")))).toEqual({
      kind: "not-visible",
      missing: ["nodes (forbidden)", "etcd pods (denied)"],
    });
    expect(judgeQuorum("w", hidden(node("w")))).toEqual({ kind: "no-member" });
  });

  test("etcd pods that are denied leave the roles", () => {
    const quorum = { kind: "evidence", nodes: { known: named(3) }, etcdPods: { unknown: "denied" } } as const;
    expect(judgeQuorum("m0", factsOf(controlPlaneNode("m0"), [], { quorum }))).toMatchObject({ kind: "enough" });
  });
});

test("no sequence of allowed creations takes a visible control plane of three or more below its majority", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 9 }),
      fc.array(fc.nat({ max: 8 })),
      fc.array(fc.nat({ max: 8 }), { maxLength: 3 }),
      (size, asked, dead) => {
        const needed = Math.floor(size / 2) + 1;
        const isDead = (n: number): boolean => dead.includes(n);
        const nodes = Array.from({ length: size }, (_, n) => controlPlaneNode(`m${n}`, { ready: !isDead(n) }));
        const up = new Set(nodes.filter(({ ready }) => ready).map(({ name }) => name));
        const atFirst = up.size;
        const known: { name: string; nodeName: string; phase: string; deleting: boolean }[] = [];
        for (const n of asked) {
          const name = `m${n}`;
          if (n >= size || known.some(({ nodeName }) => nodeName === name)) continue;
          const verdict = judgeQuorum(name, seen(name, nodes, [], { maintenances: { known } }));
          if (verdict.kind === "broken") continue;
          known.push({ name: `x-${name}`, nodeName: name, phase: "Pending", deleting: false });
          up.delete(name);
        }
        expect(up.size).toBeGreaterThanOrEqual(Math.min(needed, atFirst));
      },
    ),
  );
});
