import { afterAll, beforeAll, expect, test } from "vitest";
import { isNodeReady } from "../../src/kube/node.ts";
import { isPodReady } from "../../src/kube/pod.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { callsByProgram } from "./fixture/audit.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ nodeMonitorGracePeriodSeconds: 4, deadNodeTolerationSeconds: 1 });
  await plane.createNodes(3);
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
});

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = realClock.monotonic();
  await work();
  return (realClock.monotonic() - start) / 1000;
};

test("a pod is Ready after its own time, and gone after its own time, with its containers' end written before", async () => {
  const phases: (string | undefined)[] = [];
  const ready = await seconds(async () => {
    await plane.createPod({ name: "slow", on: "node-1", pods: { ready: 1.5, gone: 1 } });
    await plane.podsReady({ labelSelector: "app=slow" }, 1);
  });
  const gone = await seconds(async () => {
    await plane.call("DELETE", "/api/v1/namespaces/default/pods/slow");
    await plane.waitFor("pods", { labelSelector: "app=slow" }, (pods) => {
      phases.push(pods[0]?.status?.phase);
      return pods.length === 0;
    });
  });
  expect(ready).toBeGreaterThanOrEqual(1.5);
  expect(gone).toBeGreaterThanOrEqual(1);
  expect(phases.slice(-2)).toEqual(["Succeeded", undefined]);
});

test("a pod that hangs goes when it is let go", async () => {
  await plane.createPod({ name: "hung", on: "node-1", pods: { hang: true } });
  await plane.podsReady({ labelSelector: "app=hung" }, 1);
  await plane.call("DELETE", "/api/v1/namespaces/default/pods/hung");
  const [hung] = await plane.list("pods", { labelSelector: "app=hung" });
  expect(hung?.metadata.deletionTimestamp).toBeDefined();
  await plane.call("PATCH", "/api/v1/namespaces/default/pods/hung", { metadata: { annotations: { "drydock.test/hang": null } } });
  expect(await plane.waitFor("pods", { labelSelector: "app=hung" }, (pods) => pods.length === 0)).toEqual([]);
});

test("pods finish, fail, and lose and regain readiness as they choose", async () => {
  await plane.createPod({ name: "job", on: "node-1", pods: { finish: 0.1 } });
  await plane.createPod({ name: "bad", on: "node-1", pods: { fail: 0.1 } });
  await plane.createPod({ name: "moody", on: "node-1" });
  await plane.waitFor("pods", { labelSelector: "app=job" }, ([pod]) => pod?.status?.phase === "Succeeded");
  await plane.waitFor("pods", { labelSelector: "app=bad" }, ([pod]) => pod?.status?.phase === "Failed");
  await plane.podsReady({ labelSelector: "app=moody" }, 1);
  const mood = (unready: string | null): Promise<unknown> =>
    plane.call("PATCH", "/api/v1/namespaces/default/pods/moody", { metadata: { annotations: { "drydock.test/unready": unready } } });
  await mood("true");
  await plane.waitFor("pods", { labelSelector: "app=moody" }, ([pod]) => pod?.status?.containerStatuses?.[0]?.ready === false);
  await mood(null);
  const [moody] = await plane.podsReady({ labelSelector: "app=moody" }, 1);
  expect(moody?.status?.phase).toBe("Running");
});

test("all kinds of workload run, on chosen nodes first, and a budget knows them", async () => {
  const namespace = "kinds";
  await plane.createDeployment({ name: "deployment", namespace, replicas: 2, on: ["node-2"] });
  await plane.createReplicaSet({ name: "replicaset", namespace, replicas: 2, on: ["node-2", "node-3"] });
  await plane.createStatefulSet({ name: "statefulset", namespace, replicas: 2, on: ["node-3"] });
  await plane.createDaemonSet({ name: "daemonset", namespace });
  await plane.createBudget({ name: "deployment", namespace, maxUnavailable: 1 });
  const pods = await plane.podsReady({ namespace }, 9);
  const where = (app: string): string[] => pods.filter((pod) => pod.metadata.labels?.["app"] === app).map((pod) => pod.spec.nodeName ?? "");
  expect(where("deployment")).toEqual(["node-2", "node-2"]);
  expect(where("replicaset").sort()).toEqual(["node-2", "node-3"]);
  expect(where("statefulset")).toEqual(["node-3", "node-3"]);
  expect(where("daemonset").sort()).toEqual(["node-1", "node-2", "node-3"]);
  const [budget] = await plane.waitFor("poddisruptionbudgets", { namespace }, ([found]) => found?.status?.expectedPods === 2);
  expect(budget?.status?.disruptionsAllowed).toBe(1);
});

test("users have their own rights, and only those", async () => {
  const list = async (user: string): Promise<number> =>
    (await plane.request("GET", "/api/v1/nodes", undefined, { token: plane.token(user) })).status;
  expect(await list("admin")).toBe(200);
  expect(await list("nobody")).toBe(403);
  await plane.kubectl(["create", "clusterrolebinding", "viewers", "--clusterrole=system:node-proxier", "--group=drydock:viewers"]);
  const answer = await plane.kubectl(["auth", "can-i", "list", "nodes"], { kubeconfig: await plane.kubeconfig("viewer") });
  expect(answer.stdout.trim()).toBe("yes");
});

test("kubectl drain empties a node, and the audit log says by how many calls", async () => {
  const namespace = "drained";
  await plane.createDeployment({ name: "web", namespace, replicas: 3, on: ["node-2"], pods: { ready: 0.5, gone: 0.5 } });
  await plane.podsReady({ namespace }, 3);
  const result = await plane.kubectl(["drain", "node-2", "--ignore-daemonsets", "--force"]);
  expect(result).toMatchObject({ code: 0 });
  const left = await plane.list("pods", { fieldSelector: "spec.nodeName=node-2" });
  expect(left.filter((pod) => pod.metadata.labels?.["app"] !== "daemonset")).toEqual([]);
  await plane.podsReady({ namespace }, 3);
  expect(callsByProgram(await plane.audit()).get("kubectl")).toBeGreaterThan(6);
  await plane.kubectl(["uncordon", "node-2"]);
});

test("a fleet is written with its owners, and the controllers leave it as it is", async () => {
  const fleet = await plane.createFleet({
    nodes: Array.from({ length: 5 }, (_, index) => ({ name: `fleet-node-${index + 1}` })),
    podsPerNode: 4,
    replicas: 5,
    budgets: { maxUnavailable: 1 },
    namespaces: 2,
  });
  expect(fleet).toMatchObject({ pods: 20, workloads: 4, namespaces: ["fleet-1", "fleet-2"] });
  const pods = await Promise.all(fleet.namespaces.map((namespace) => plane.list("pods", { namespace })));
  const owned = pods.flat().filter((pod) => pod.metadata.ownerReferences?.[0]?.kind === "ReplicaSet" && isPodReady(pod.status));
  expect(owned).toHaveLength(20);
  expect(owned.filter((pod) => pod.spec.nodeName === "fleet-node-3")).toHaveLength(4);
  await plane.waitFor("poddisruptionbudgets", { namespace: "fleet-1" }, (all) =>
    all.every((budget) => budget.status?.disruptionsAllowed === 1),
  );
});

test("waiting goes on while the API server goes down in order and comes back with other flags", async () => {
  const waiting = plane.podsReady({ labelSelector: "app=afterwards" }, 1);
  await plane.apiServer.stop();
  await plane.apiServer.start(["--event-ttl=2h"]);
  await plane.createPod({ name: "afterwards", on: "node-1" });
  expect(await waiting).toHaveLength(1);
});

test("waiting goes on through a kill and a restart of the API server, on the same port", async () => {
  const waiting = plane.podsReady({ labelSelector: "app=later" }, 1);
  await plane.apiServer.kill();
  expect(plane.apiServer.running).toBe(false);
  await expect(plane.request("GET", "/readyz")).rejects.toThrow("ECONNREFUSED");
  await plane.apiServer.start();
  await plane.createPod({ name: "later", on: "node-1" });
  expect(await waiting).toHaveLength(1);
});

test("a pod that is deleted just before the API server is killed goes when it is back", async () => {
  await plane.createPod({ name: "leaving", on: "node-1", pods: { gone: 0.3 } });
  await plane.podsReady({ labelSelector: "app=leaving" }, 1);
  await plane.call("DELETE", "/api/v1/namespaces/default/pods/leaving");
  await plane.apiServer.kill();
  await plane.apiServer.start();
  expect(await plane.waitFor("pods", { labelSelector: "app=leaving" }, (pods) => pods.length === 0)).toEqual([]);
});

test("nodes of other kubelets die when these are killed, and come back with them", async () => {
  const other = await plane.startKubelets("other");
  await plane.createNodes([{ name: "mortal", kubelets: "other" }]);
  await other.kill();
  const ready = (expected: boolean): Promise<unknown> =>
    plane.waitFor("nodes", { fieldSelector: "metadata.name=mortal" }, ([node]) => isNodeReady(node?.status) === expected);
  await ready(false);
  const [alive] = await plane.list("nodes", { fieldSelector: "metadata.name=node-1" });
  expect(isNodeReady(alive?.status)).toBe(true);
  other.start();
  await ready(true);
  await other.kill();
});
