import { describe, expect, test } from "vitest";
import { isNodeReady } from "../../kube/node.ts";
import { isPodReady, type Pod } from "../../kube/pod.ts";
import { deployments, budgets, daemonSets, nodes, pods } from "../../kube/resource.ts";
import { statefulSets } from "../server/served-kinds.ts";
import type { Control } from "../control.ts";
import { Rig } from "../testing/rig.ts";

const namespace = "shop";

function cordon(control: Control, name: string, unschedulable: boolean | null = true): void {
  control.edit(nodes, { name }, { kind: "merge", body: { spec: { unschedulable } } });
}

function taintsOf(control: Control, name: string): readonly string[] {
  return (control.find(nodes, { name })?.spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
}

function namesOf(list: readonly Pod[]): readonly string[] {
  return list.map(({ metadata }) => metadata.name);
}

describe("ReplicaSet", () => {
  test("a pod is replaced as soon as it is marked to go", async () => {
    await using rig = new Rig();
    const { control } = rig;
    for (const name of ["a", "b"]) control.addNode({ name });
    control.addWorkload({ kind: "Deployment", namespace, name: "web", replicas: 2, pod: { ready: 3_000, gone: 60_000, grace: 60 } });
    const [first] = control.all(pods);
    if (first !== undefined) control.remove(pods, first.metadata);
    await rig.pass(100);
    expect(control.all(pods, namespace).length).toBe(3);
    await rig.pass(4_000);
    expect(control.all(pods).filter(({ status, metadata }) => isPodReady(status) && metadata.deletionTimestamp === undefined).length).toBe(
      2,
    );
    await rig.settle();
    expect(control.all(pods).length).toBe(2);
  });

  test("a scaled Deployment has as many pods as it says", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    control.addWorkload({ kind: "Deployment", namespace, name: "web", replicas: 2 });
    for (const replicas of [5, 1]) {
      control.edit(deployments, { namespace, name: "web" }, { kind: "merge", body: { spec: { replicas } } });
      await rig.settle();
      expect(control.all(pods).length).toBe(replicas);
    }
  });

  test("a deleted Deployment takes everything with it", async () => {
    await using rig = new Rig();
    rig.control.addNode({ name: "a" });
    rig.control.addWorkload({ kind: "Deployment", namespace, name: "web", replicas: 3 });
    rig.control.remove(deployments, { namespace, name: "web" });
    await rig.settle();
    expect(rig.control.all(pods)).toEqual([]);
  });
});

test("a workload that is deleted without its pods leaves them without an owner, and nobody replaces them", async () => {
  await using rig = new Rig();
  const { control } = rig;
  control.addNode({ name: "a" });
  control.addWorkload({ kind: "StatefulSet", namespace, name: "db", replicas: 2 });
  const before = control.all(pods).map(({ metadata }) => metadata.uid);
  control.remove(statefulSets, { namespace, name: "db" }, { propagation: "Orphan" });
  await rig.settle();
  expect(control.all(statefulSets)).toEqual([]);
  expect(control.all(pods).map(({ metadata }) => [metadata.uid, metadata.ownerReferences])).toEqual(before.map((uid) => [uid, undefined]));
  control.remove(pods, { namespace, name: "db-0" });
  await rig.settle();
  expect(namesOf(control.all(pods))).toEqual(["db-1"]);
});

describe("StatefulSet", () => {
  test("the same name comes back only when the old object is gone, and one after another", async () => {
    await using rig = new Rig();
    const { control, cluster } = rig;
    for (const name of ["a", "b"]) control.addNode({ name });
    control.addWorkload({ kind: "StatefulSet", namespace, name: "db", replicas: 3, pod: { ready: 2_000, gone: 5_000 } });
    const uids = new Set(control.all(pods).map(({ metadata }) => metadata.uid));
    for (const name of ["db-0", "db-2"]) control.remove(pods, { namespace, name });
    await rig.pass(4_000);
    expect(control.all(pods).map(({ metadata }) => uids.has(metadata.uid))).toEqual([true, true, true]);
    await rig.settle();
    expect(namesOf(control.all(pods))).toEqual(["db-0", "db-1", "db-2"]);
    const ready = cluster.record.entries.filter(
      ({ kind, before, after }) => kind === "Pod" && before !== undefined && becameReady(before as Pod, after as Pod),
    );
    expect(ready.map(({ name }) => name)).toEqual(["db-0", "db-2"]);
  });

  test("a hanging pod holds its name", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    control.addWorkload({ kind: "StatefulSet", namespace, name: "db", replicas: 1, pod: { gone: "hang" } });
    const [before] = control.all(pods);
    control.remove(pods, { namespace, name: "db-0" });
    await rig.settle();
    expect(control.all(pods).map(({ metadata }) => metadata.uid)).toEqual([before?.metadata.uid]);
    expect(control.all(statefulSets).length).toBe(1);
  });
});

function becameReady(before: Pod, after: Pod | undefined): boolean {
  return after !== undefined && !isPodReady(before.status) && isPodReady(after.status);
}

describe("DaemonSet", () => {
  test("one pod per node, also on a cordoned and on a new one, and a deleted one comes straight back", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    control.addWorkload({ kind: "DaemonSet", namespace, name: "agent" });
    cordon(control, "a");
    control.addNode({ name: "b", unschedulable: true });
    await rig.settle();
    expect([control.podsOn("a").length, control.podsOn("b").length]).toEqual([1, 1]);
    const [first] = control.podsOn("a");
    if (first !== undefined) control.remove(pods, first.metadata);
    await rig.settle();
    expect(control.podsOn("a").length).toBe(1);
    expect(control.podsOn("a")[0]?.metadata.uid).not.toBe(first?.metadata.uid);
    expect((await rig.run(rig.api.get(daemonSets, { namespace, name: "agent" }, rig.call))).metadata.name).toBe("agent");
  });
});

describe("disruption", () => {
  test("a budget follows its pods: none allowed while one is on its way, one again when its successor is Ready", async () => {
    await using rig = new Rig();
    const { control } = rig;
    for (const name of ["a", "b"]) control.addNode({ name });
    control.addWorkload({ kind: "Deployment", namespace, name: "web", replicas: 3, pod: { ready: 3_000, gone: 500 } });
    control.addBudget({ namespace, name: "web", spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } } });
    const allowed = (): number | undefined => control.find(budgets, { namespace, name: "web" })?.status?.disruptionsAllowed;
    expect(allowed()).toBe(1);
    const [first] = control.all(pods);
    if (first !== undefined) control.remove(pods, first.metadata);
    const took = await rig.until(() => allowed() === 0);
    expect(took).toBeLessThan(50);
    const back = await rig.until(() => allowed() === 1);
    expect(back).toBeGreaterThan(3_000);
    expect(back).toBeLessThan(3_200);
  });

  test("an owner without scale: the count fails and allows nothing", async () => {
    await using rig = new Rig();
    rig.control.addNode({ name: "a" });
    rig.control.addWorkload({ kind: "DaemonSet", namespace, name: "agent" });
    const { status } = rig.control.addBudget({ namespace, name: "b", spec: { maxUnavailable: 1, selector: {} } });
    expect(status).toMatchObject({ disruptionsAllowed: 0, conditions: [{ reason: "SyncFailed" }] });
  });

  test("an eviction that was granted and never made is forgotten after two minutes", async () => {
    await using rig = new Rig();
    const { control, api } = rig;
    control.addNode({ name: "a" });
    for (const name of ["p", "q"]) control.addPod({ namespace, name, on: "a", labels: { app: "web" } });
    control.addBudget({ namespace, name: "b", spec: { minAvailable: 1, selector: {} } });
    await rig.run(api.evict({ namespace, name: "p", uid: "another" }, {}, rig.call));
    const status = () => control.find(budgets, { namespace, name: "b" })?.status;
    await rig.pass(60_000);
    expect(status()).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { p: expect.any(String) } });
    await rig.settle();
    expect(status()?.disruptionsAllowed).toBe(1);
    expect(status()?.disruptedPods).toBeUndefined();
  });
});

describe("scheduler", () => {
  test("a pod that fits nowhere says why, and is bound when something changes", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a", unschedulable: true });
    control.addNode({ name: "b", taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }] });
    control.addNode({ name: "c", cpu: "1" });
    control.addNamespace(namespace);
    const containers = [{ name: "main", resources: { requests: { cpu: "2" } } }];
    control.create(pods, { metadata: { name: "p" }, spec: { containers } }, { namespace });
    await rig.settle();
    const pod = () => control.find(pods, { namespace, name: "p" });
    expect(pod()?.status?.phase).toBe("Pending");
    expect(pod()?.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message: expect.stringMatching(
          /^0\/3 nodes are available: 1 Insufficient cpu, 1 node\(s\) had untolerated taint\(s\), 1 node\(s\) were unschedulable\. /,
        ),
      }),
    );
    cordon(control, "a", null);
    await rig.settle();
    expect(pod()?.spec.nodeName).toBe("a");
    expect(isPodReady(pod()?.status)).toBe(true);
  });

  test("a full node takes no more pods, one that another left is free again", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a", pods: 1 });
    const first = control.addPod({ namespace, name: "first", on: "a" });
    control.create(pods, { metadata: { name: "second" }, spec: {} }, { namespace });
    await rig.settle();
    expect(namesOf(control.podsOn("a"))).toEqual(["first"]);
    control.remove(pods, first.metadata);
    await rig.settle();
    expect(namesOf(control.podsOn("a"))).toEqual(["second"]);
  });

  test("pods of one owner are spread", async () => {
    await using rig = new Rig();
    for (const name of ["a", "b", "c"]) rig.control.addNode({ name });
    rig.control.addWorkload({ kind: "ReplicaSet", namespace, name: "web", replicas: 6 });
    expect(["a", "b", "c"].map((name) => rig.control.podsOn(name).length)).toEqual([2, 2, 2]);
  });
});

describe("node lifecycle", () => {
  test("a cordon is a taint, and its end takes that taint off and leaves others alone", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a", taints: [{ key: "mine", effect: "NoSchedule" }] });
    cordon(control, "a");
    await rig.settle();
    expect(taintsOf(control, "a")).toEqual(["mine:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"]);
    cordon(control, "a", null);
    await rig.settle();
    expect(taintsOf(control, "a")).toEqual(["mine:NoSchedule"]);
  });

  test("a dead machine is found out after about 50 s; its pods are marked after 300 s more and stay, until it comes back", async () => {
    await using rig = new Rig();
    const { control } = rig;
    for (const name of ["a", "b"]) control.addNode({ name });
    control.addWorkload({ kind: "Deployment", namespace, name: "web", on: ["a"] });
    control.killNode("a");
    await rig.pass(49_000);
    expect(isNodeReady(control.find(nodes, { name: "a" })?.status)).toBe(true);
    await rig.pass(7_000);
    expect(control.find(nodes, { name: "a" })?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: "Ready", status: "Unknown" }),
    );
    expect(taintsOf(control, "a")).toEqual(["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"]);
    expect(control.podsOn("a").map(({ status }) => isPodReady(status))).toEqual([false]);
    await rig.settle();
    expect(control.podsOn("a").map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true]);
    expect(control.podsOn("b").map(({ status }) => isPodReady(status))).toEqual([true]);
    control.reviveNode("a");
    await rig.settle();
    expect(control.podsOn("a")).toEqual([]);
    expect(taintsOf(control, "a")).toEqual([]);
    expect(isNodeReady(control.find(nodes, { name: "a" })?.status)).toBe(true);
  });

  test("the pods of a node that is deleted are collected by force after 40 s", async () => {
    await using rig = new Rig();
    const { control } = rig;
    for (const name of ["a", "b"]) control.addNode({ name });
    control.addWorkload({ kind: "Deployment", namespace, name: "web", on: ["a"] });
    control.deleteNode("a");
    await rig.pass(30_000);
    expect(control.podsOn("a").length).toBe(1);
    await rig.settle();
    expect([control.podsOn("a").length, control.podsOn("b").length]).toEqual([0, 1]);
  });
});

describe("taint eviction", () => {
  test("what does not tolerate a NoExecute taint is deleted, without regard to its budget; the rest stays as long as it tolerates", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    const base = { namespace, on: "a", gone: 1_000 };
    control.addPod({ ...base, name: "goes" });
    control.addPod({ ...base, name: "stays", tolerations: [{ key: "runai", operator: "Exists" }] });
    control.addPod({ ...base, name: "later", tolerations: [{ key: "runai", operator: "Exists", tolerationSeconds: 20 }] });
    control.addBudget({ namespace, name: "all", spec: { minAvailable: 3, selector: {} } });
    const taints = [{ key: "runai", value: "drain", effect: "NoExecute" }];
    control.edit(nodes, { name: "a" }, { kind: "merge", body: { spec: { taints } } });
    await rig.pass(5_000);
    expect(namesOf(control.podsOn("a"))).toEqual(["later", "stays"]);
    await rig.settle();
    expect(namesOf(control.podsOn("a"))).toEqual(["stays"]);
  });
});

describe("kubelet", () => {
  test("a pod runs before it is Ready, and shows its containers' end before it goes", async () => {
    await using rig = new Rig();
    const { control, cluster } = rig;
    control.addNode({ name: "a" });
    control.addNamespace(namespace);
    const annotations = { "sim.drydock.dev/ready": "4s", "sim.drydock.dev/gone": "1500ms" };
    control.create(pods, { metadata: { name: "p", annotations }, spec: { containers: [{ name: "main" }] } }, { namespace });
    await rig.settle();
    control.remove(pods, { namespace, name: "p" });
    await rig.settle();
    const stages = cluster.record.entries
      .filter(({ kind }) => kind === "Pod")
      .map(({ at, before, after }) => {
        const pod = (after ?? before) as Pod;
        const ended = pod.status?.containerStatuses?.every(({ state }) => state?.terminated !== undefined) === true;
        const words = [pod.status?.phase, isPodReady(pod.status) ? "ready" : "", ended ? "ended" : "", after === undefined ? "gone" : ""];
        return { at, words: words.filter((word) => word !== "").join(" ") };
      });
    const order = stages.map(({ words }) => words).filter((words, index, all) => words !== all[index - 1]);
    expect(order).toEqual(["Pending", "Running", "Running ready", "Succeeded ended", "Succeeded ended gone"]);
    const marked = stages.findLast(({ words }) => words === "Running ready")?.at ?? 0;
    const gone = (stages.at(-1)?.at ?? 0) - marked;
    expect(gone).toBeGreaterThanOrEqual(1_500);
    expect(gone).toBeLessThan(1_520);
  });

  test("the grace period ends what takes longer", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    const pod = control.addPod({ namespace, name: "p", on: "a", gone: 600_000, grace: 10 });
    control.remove(pods, pod.metadata);
    const took = await rig.until(() => control.find(pods, pod.metadata) === undefined);
    expect(Math.round(took / 1000)).toBe(10);
  });

  test("a pod that finishes by itself is left where it is", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    control.addNamespace(namespace);
    for (const [name, end] of [
      ["good", "finish"],
      ["bad", "fail"],
    ] as const) {
      control.create(pods, { metadata: { name, annotations: { [`sim.drydock.dev/${end}`]: "7s" } }, spec: {} }, { namespace });
    }
    const phases = () => control.all(pods).map(({ status }) => status?.phase);
    await rig.pass(5_000);
    expect(phases()).toEqual(["Running", "Running"]);
    await rig.settle();
    expect(phases()).toEqual(["Failed", "Succeeded"]);
  });

  test("a pod that hangs goes when it is let go", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    const pod = control.addPod({ namespace, name: "p", on: "a", gone: "hang" });
    control.remove(pods, pod.metadata);
    await rig.settle();
    expect(control.find(pods, pod.metadata)?.metadata.deletionTimestamp).toBeDefined();
    const patch = { kind: "merge", body: { metadata: { annotations: { "sim.drydock.dev/gone": "1s" } } } } as const;
    control.edit(pods, pod.metadata, patch);
    await rig.settle();
    expect(control.find(pods, pod.metadata)).toBeUndefined();
  });

  test("a pod loses and regains readiness as its annotation says", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    const pod = control.addPod({ namespace, name: "p", on: "a" });
    const mood = async (unready: string | null): Promise<boolean> => {
      control.edit(pods, pod.metadata, { kind: "merge", body: { metadata: { annotations: { "sim.drydock.dev/unready": unready } } } });
      await rig.settle();
      return isPodReady(control.find(pods, pod.metadata)?.status);
    };
    expect([await mood("true"), await mood(null)]).toEqual([false, true]);
  });

  test("the copy of a static pod comes back", async () => {
    await using rig = new Rig();
    const { control } = rig;
    control.addNode({ name: "a" });
    const pod = control.addPod({ namespace, name: "etcd-a", on: "a", mirror: true });
    control.remove(pods, pod.metadata);
    await rig.settle();
    const back = control.find(pods, pod.metadata);
    expect(back?.metadata.uid).not.toBe(pod.metadata.uid);
    expect(isPodReady(back?.status)).toBe(true);
  });
});
