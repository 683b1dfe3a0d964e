import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { maintenances } from "../../api/maintenance.ts";
import { nodeMaintenances } from "../../api/node-maintenance.ts";
import { mirrorAnnotation } from "../../kube/pod.ts";
import { budgets, nodes, pods, type Resource } from "../../kube/resource.ts";
import type { Permissions } from "../../simulator/server/permissions.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import { apiReads } from "./api-reads.ts";
import { gatherFacts } from "./gather.ts";
import { maintenanceHandler, nodeMaintenanceHandler } from "./handler.ts";
import { controlPlaneLabel, review } from "./testing/facts.ts";

const clusterVersions: Resource = {
  group: "config.openshift.io",
  version: "v1",
  plural: "clusterversions",
  kind: "ClusterVersion",
  namespaced: false,
};
const controlPlane = ["cp-1", "cp-2", "cp-3"];

let rig: Rig;
const started = (resources: readonly Resource[] = [maintenances, nodeMaintenances]): void => {
  rig = new Rig({ resources });
  for (const name of controlPlane) rig.control.addNode({ name, labels: { [controlPlaneLabel]: "" } });
  rig.control.addNode({ name: "w1" });
};
beforeEach(() => started());
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const reads = (deny: Permissions = []) => apiReads(rig.cluster.api({ name: "webhook", deny }));
const facts = (nodeName: string, deny: Permissions = []) =>
  rig.run(gatherFacts(review("Maintenance", nodeName), reads(deny), rig.call.signal));
const [uid, createdAt]: readonly unknown[] = [expect.any(String), expect.stringMatching(/^2026-/)];
const member = (name: string): unknown => expect.objectContaining({ name, ready: true, heldOut: false });

describe("what is read for a creation", () => {
  test("the node, the other objects, and the control plane alone of all nodes", async () => {
    rig.control.create(maintenances, { metadata: { name: "x" }, spec: { nodeName: "w1" } });
    rig.control.edit(maintenances, { name: "x" }, { kind: "merge", body: { status: { phase: "Draining" } } }, { subresource: "status" });
    rig.control.create(nodeMaintenances, { metadata: { name: "a", finalizers: ["f"] }, spec: { nodeName: "cp-1" } });
    expect(await facts("w1")).toEqual({
      node: { known: { name: "w1", labels: expect.any(Object), ready: true, heldOut: false } },
      maintenances: { known: [{ name: "x", nodeName: "w1", phase: "Draining", deleting: false, uid, createdAt }] },
      nodeMaintenances: { known: [{ name: "a", nodeName: "cp-1", deleting: false, uid, createdAt }] },
      quorum: { kind: "evidence", nodes: { known: controlPlane.map(member) }, etcdPods: { known: [] } },
    });
  });

  test("nothing for a change, which is judged by itself", async () => {
    const update = review("Maintenance", "w1", { before: "w1" });
    const { node } = await gatherFacts(update, reads(), rig.call.signal);
    expect(node).toEqual({ unknown: "not read" });
  });

  test.each(["missing", "..", "a/b", ""])("a node %s is none, and no other path is asked for", async (name) => {
    expect((await facts(name)).node).toEqual({ known: undefined });
  });

  test("a cordon alone holds no node out; a record of ours and the taint of medik8s do", async () => {
    const heldOut = async (): Promise<unknown> => {
      const { node } = await facts("w1");
      return "known" in node ? node.known?.heldOut : undefined;
    };
    rig.control.edit(nodes, { name: "w1" }, { kind: "merge", body: { spec: { unschedulable: true } } }, {}, "jane");
    expect(await heldOut()).toBe(false);
    const taints = [{ key: "medik8s.io/drain", effect: "NoSchedule" }];
    rig.control.edit(nodes, { name: "w1" }, { kind: "merge", body: { spec: { taints } } });
    expect(await heldOut()).toBe(true);
  });

  test("etcd's mirror pods, not others that say they are etcd; nodes without a role that run one are read too", async () => {
    rig.control.addNamespace("kube-system");
    const pod = (name: string, nodeName: string, annotations: object) =>
      rig.control.create(
        pods,
        {
          metadata: { name, namespace: "kube-system", labels: { component: "etcd" }, annotations },
          spec: { nodeName, containers: [{ name: "etcd" }] },
        },
        { namespace: "kube-system" },
      );
    pod("etcd-w1", "w1", { [mirrorAnnotation]: "x" });
    pod("imposter", "cp-1", {});
    const { quorum } = await facts("w1");
    expect(quorum).toMatchObject({
      nodes: { known: [...controlPlane.map(member), member("w1")] },
      etcdPods: { known: [{ name: "etcd-w1", nodeName: "w1" }] },
    });
  });

  test("what may not be read is unknown, in the server's words, and the rest is known", async () => {
    const known = await facts("cp-1", [{ verb: "list", resource: "nodes" }, { resource: "maintenances" }]);
    expect(known.node).toMatchObject({ known: { name: "cp-1" } });
    expect(known.maintenances).toMatchObject({ unknown: expect.stringContaining("maintenances.drydock.dev is forbidden") });
    expect(known.quorum).toMatchObject({ kind: "evidence", nodes: { unknown: expect.stringContaining("forbidden") } });
  });

  test("kinds that are not served have no objects", async () => {
    await rig[Symbol.asyncDispose]();
    started([]);
    expect(await facts("w1")).toMatchObject({ maintenances: { known: [] }, nodeMaintenances: { known: [] } });
  });
});

test("on OpenShift the budgets of openshift-etcd are asked, with the guard pods of the node alone, and not for a worker", async () => {
  await rig[Symbol.asyncDispose]();
  started([maintenances, nodeMaintenances, clusterVersions]);
  const namespace = "openshift-etcd";
  rig.control.addNamespace(namespace);
  rig.control.create(
    budgets,
    { metadata: { name: "guard", namespace }, spec: { selector: { matchLabels: { app: "guard" } } } },
    { namespace },
  );
  for (const nodeName of ["cp-1", "cp-2"]) {
    const metadata = { name: `guard-${nodeName}`, namespace, labels: { app: "guard" } };
    rig.control.create(pods, { metadata, spec: { nodeName, containers: [{ name: "guard" }] } }, { namespace });
  }
  const guards = { known: [expect.objectContaining({ name: "guard-cp-1", nodeName: "cp-1" })] };
  expect((await facts("cp-1")).quorum).toEqual({
    kind: "openshift",
    budgets: { known: [{ name: "guard", disruptionsAllowed: 0, guards }] },
  });
  expect((await facts("w1")).quorum).toEqual({ kind: "openshift", budgets: { known: [] } });
});

describe("a handler", () => {
  test("answers a refusal as controller-runtime does, and a warning without one", async () => {
    const handle = nodeMaintenanceHandler(reads());
    expect(await rig.run(handle(review("NodeMaintenance", "miss"), rig.call.signal))).toEqual({
      uid: "review-1",
      allowed: false,
      status: { code: 403, reason: "Forbidden", message: "invalid nodeName, no node with name miss found" },
    });
    rig.control.create(nodeMaintenances, { metadata: { name: "a" }, spec: { nodeName: "w1" } });
    expect(await rig.run(maintenanceHandler(reads())(review("Maintenance", "w1"), rig.call.signal))).toEqual({
      uid: "review-1",
      allowed: true,
      warnings: ["nodemaintenance/a takes w1 out too: the node comes back when both have let it go"],
    });
  });

  test("refuses another kind than its own", async () => {
    const answered = await nodeMaintenanceHandler(reads())(review("Maintenance", "w1"), rig.call.signal);
    expect(answered.status?.message).toBe('expected a NodeMaintenance but got a Maintenance of "drydock.dev"');
  });

  test("counts a dead control-plane node, and a record on another, against the quorum", async () => {
    rig.control.edit(
      nodes,
      { name: "cp-2" },
      { kind: "merge", body: { spec: { unschedulable: true, taints: [{ key: "medik8s.io/drain", effect: "NoSchedule" }] } } },
    );
    const { status } = await rig.run(nodeMaintenanceHandler(reads())(review("NodeMaintenance", "cp-1"), rig.call.signal));
    expect(status?.message).toContain("of 3 control-plane nodes 1 would stay up and 2 are needed (cp-2 is held out of service)");
  });
});
