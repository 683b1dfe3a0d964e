import { describe, expect, test } from "vitest";
import type { AdmissionFacts } from "./facts.ts";
import { decideNodeMaintenance } from "./node-maintenance.ts";
import { controlPlaneNode, etcdPod, factsOf, guardBudget, node, openShift, review } from "./testing/facts.ts";

const create = (nodeName: string, facts: AdmissionFacts, annotations = {}) =>
  decideNodeMaintenance(review("NodeMaintenance", nodeName, { annotations }), facts);
const quorumText = (name: string): string =>
  `can not put master/control-plane node into maintenance at this moment, disrupting node ${name} will violate etcd quorum`;
const master = controlPlaneNode("master-0");
const three = ["master-0", "master-1", "master-2"];
const stacked = (...out: readonly string[]): AdmissionFacts =>
  factsOf(
    master,
    three.map((name) => controlPlaneNode(name, { ready: !out.includes(name) })),
    {
      quorum: {
        kind: "evidence",
        nodes: { known: three.map((name) => controlPlaneNode(name, { ready: !out.includes(name) })) },
        etcdPods: { known: three.map((name) => etcdPod(name)) },
      },
    },
  );

// By the names of the original's suites: facts of its webhook suite (W), its utils suite (U) and its end-to-end suite (E).
describe("the refusals of the Node Maintenance Operator, word for word", () => {
  test("W1, E4: a node that does not exist", () => {
    expect(create("miss", factsOf(undefined))).toMatchObject({
      allowed: false,
      message: "invalid nodeName, no node with name miss found",
    });
  });

  test.each(["Running", "Succeeded", "Failed"])("W2: a second object for the node, whatever the phase of the first (%s)", (phase) => {
    const facts = factsOf(node("w1"), [], { nodeMaintenances: { known: [{ name: "a", nodeName: "w1", phase, deleting: true }] } });
    expect(create("w1", facts)).toMatchObject({
      allowed: false,
      message: "invalid nodeName, a NodeMaintenance for node w1 already exists",
    });
    expect(create("w2", { ...facts, node: { known: node("w2") } })).toMatchObject({ allowed: true, warnings: [] });
  });

  test("W3: no disruption left, and the node's guard pod is not Ready: it is disrupted already", () => {
    expect(create("master-0", openShift(master, guardBudget(0, etcdPod("master-0", "False"))))).toMatchObject({ allowed: true });
  });

  test.each(["True", "Unknown", undefined] as const)("W4, E2, E3: no disruption left, and the node's guard pod is Ready: %s", (ready) => {
    const decision = create("master-0", openShift(master, guardBudget(0, etcdPod("master-0", ready))));
    expect(decision).toMatchObject({ allowed: false, message: quorumText("master-0") });
  });

  test("W5: no disruption left, and no guard pod on the node", () => {
    expect(create("master-0", openShift(master, guardBudget(0)))).toMatchObject({ allowed: true });
  });

  test("W6, E1: a disruption is allowed", () => {
    expect(create("master-0", openShift(master, guardBudget(1, etcdPod("master-0"))))).toMatchObject({ allowed: true, warnings: [] });
  });

  test("W7: no budget, or several of them", () => {
    expect(create("master-0", openShift(master))).toMatchObject({ allowed: false, message: quorumText("master-0") });
    expect(create("master-0", openShift(master, guardBudget(1), guardBudget(1)))).toMatchObject({ allowed: false });
    expect(create("w1", openShift(node("w1")))).toMatchObject({ allowed: true });
  });

  test("W8: another nodeName; any other change is free", () => {
    const update = (before: string, after: string) =>
      decideNodeMaintenance(review("NodeMaintenance", after, { before }), factsOf(undefined));
    expect(update("w1", "w2")).toMatchObject({ allowed: false, message: "updating spec.NodeName isn't allowed" });
    expect(update("w1", "w1")).toMatchObject({ allowed: true });
  });

  test("U1: without config.openshift.io no budget of openshift-etcd is asked for", () => {
    expect(create("master-0", factsOf(master, [master]))).toMatchObject({ allowed: true });
  });

  test("reads that fail: in its order, as its client would say it", () => {
    const failed = { unknown: "the server is down" };
    const nodeText = "could not get node for validating spec.NodeName, please try again: could not get node: the server is down";
    expect(create("w1", factsOf(undefined, [], { node: failed, nodeMaintenances: failed }))).toMatchObject({ message: nodeText });
    const listText = "could not list NodeMaintenances for validating spec.NodeName, please try again: the server is down";
    expect(create("w1", factsOf(node("w1"), [], { nodeMaintenances: failed }))).toMatchObject({ message: listText });
    const quorum = { kind: "openshift", budgets: failed } as const;
    expect(create("master-0", factsOf(master, [], { quorum }))).toMatchObject({ allowed: false, message: "the server is down" });
  });

  test("an object without a spec is refused by its empty name, and not by a fault of ours", () => {
    const { spec: _, ...bare } = review("NodeMaintenance", "").object as { spec: unknown } & NonNullable<
      ReturnType<typeof review>["object"]
    >;
    const decision = decideNodeMaintenance({ ...review("NodeMaintenance", ""), object: bare }, factsOf(undefined));
    expect(decision.message).toBe("invalid nodeName, no node with name  found");
  });
});

describe("beyond the original", () => {
  test("E3 without OpenShift: the same sentence, and what was counted", () => {
    expect(create("master-0", stacked())).toMatchObject({ allowed: true, warnings: [] });
    const decision = create("master-0", stacked("master-1"));
    expect(decision.allowed).toBe(false);
    expect(decision.message).toBe(
      `${quorumText("master-0")}: of 3 members of etcd 1 would stay up and 2 are needed (master-1 is not Ready)`,
    );
  });

  test("E2 without OpenShift: with one control-plane node nothing can be told, and that is said", () => {
    const { allowed, warnings } = create("master-0", factsOf(master, [master]));
    expect({ allowed, warnings }).toEqual({
      allowed: true,
      warnings: [
        "master-0 is the only one of the control-plane nodes that can be seen; whether the API stays up without it cannot be told",
      ],
    });
  });

  test("an override is allowed, warned of and audited; an empty one is none", () => {
    const by = (reason: string) => create("master-0", stacked("master-1"), { "drydock.dev/override-quorum": reason });
    const counted = "of 3 members of etcd 1 would stay up and 2 are needed (master-1 is not Ready)";
    expect(by("board is on fire")).toEqual({
      allowed: true,
      warnings: [`the quorum check is overridden (drydock.dev/override-quorum: board is on fire): ${counted}`],
      auditAnnotations: { "quorum-override": "board is on fire", "quorum-verdict": counted },
    });
    expect(by(" ")).toMatchObject({ allowed: false, auditAnnotations: {} });
  });

  test("a Maintenance for the same node is no reason to refuse, but worth a word", () => {
    const maintenances = { known: [{ name: "rack-7", nodeName: "w1", phase: "Drained", deleting: false }] };
    expect(create("w1", factsOf(node("w1"), [], { maintenances }))).toMatchObject({
      allowed: true,
      warnings: ["maintenance/rack-7 takes w1 out too: the node comes back when both have let it go"],
    });
  });
});
