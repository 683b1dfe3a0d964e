import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NodeMaintenanceStatus } from "../../../src/api/node-maintenance.ts";
import { objectPath } from "../fixture/kinds.ts";
import { podTemplate } from "../fixture/pod-template.ts";
import { Medik8sScene } from "./medik8s-scene.ts";

// How a NodeMaintenance empties its node, where no suite of the original looks: budgets, arithmetic, filters, virtual machines. Pods here hang in
// Terminating until the test lets them go, so that nothing depends on how fast anything is.

let scene: Medik8sScene;

beforeAll(async () => {
  scene = await Medik8sScene.open(["budget", "deleted", "steps", "more", "late", "filters", "vm"].map((name) => `on-${name}`));
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const isBlocked = ({ lastError }: NodeMaintenanceStatus): boolean => lastError !== undefined;
const isLeft = (count: number) => (status: NodeMaintenanceStatus) =>
  status.evictionPods !== undefined && (status.pendingPods ?? []).length === count;

describe("a NodeMaintenance", () => {
  test.concurrent("that a budget stops names pod and budget, and goes on when that allows it", async () => {
    await scene.plane.createBudget({ namespace: "budget", name: "kept", minAvailable: 1 });
    await scene.pods("budget", "on-budget", ["kept", "free"]);
    await scene.create("budget", "on-budget");
    const { phase, lastError, blockers } = await scene.becomes("budget", (status) => isBlocked(status) && isLeft(1)(status));
    expect(phase).toBe("Running");
    expect(lastError).toMatch(/^error when evicting pods\/"kept" -n "budget": .*\bbudget kept\b/);
    expect(blockers).toMatchObject([{ object: "Pod/budget/kept", message: expect.stringContaining("budget kept") }]);
    await scene.plane.call("PATCH", objectPath("poddisruptionbudgets", { namespace: "budget", name: "kept" }), {
      spec: { minAvailable: 0 },
    });
    const done = await scene.reaches("budget", "Succeeded");
    for (const absent of ["lastError", "blockers"]) expect(done).not.toHaveProperty(absent);
    expect(await scene.told("budget", "SucceedMaintenance")).not.toContain("FailedMaintenance");
    await scene.remove("budget");
  });

  test.concurrent("that a budget stops is deleted at once, and the pod stays as it was", async () => {
    await scene.plane.createBudget({ namespace: "deleted", name: "kept", minAvailable: 1 });
    await scene.pods("deleted", "on-deleted", ["kept"]);
    const before = await scene.marks("on-deleted");
    const pods = await scene.plane.list("pods", { namespace: "deleted" });
    await scene.create("deleted", "on-deleted");
    await scene.becomes("deleted", isBlocked);
    await scene.remove("deleted");
    expect(await scene.marks("on-deleted")).toEqual(before);
    const [left] = await scene.plane.list("pods", { namespace: "deleted" });
    expect(left?.metadata.uid).toBe(pods[0]?.metadata.uid);
    expect(left?.metadata.deletionTimestamp).toBeUndefined();
  });

  test.concurrent("says of its progress what is true: it begins at 0, only grows, and ends at 100", async () => {
    const names = ["one", "two", "three"];
    await scene.pods("steps", "on-steps", names, { hang: true });
    const seen: NodeMaintenanceStatus[] = [];
    const watched = scene.becomes("steps", (status) => {
      if (status.evictionPods !== undefined) seen.push(status);
      return status.phase === "Succeeded";
    });
    await scene.create("steps", "on-steps");
    const steps = [await scene.becomes("steps", isLeft(3))];
    await scene.plane.waitFor("pods", { namespace: "steps" }, (pods) =>
      pods.every(({ metadata }) => metadata.deletionTimestamp !== undefined),
    );
    for (const [i, name] of names.entries()) {
      await scene.letGo("steps", name);
      steps.push(await scene.becomes("steps", isLeft(2 - i)));
    }
    steps.push(await watched);
    expect([...new Set(steps.map(({ drainProgress = 0 }) => drainProgress))]).toEqual([0, 33, 66, 100]);
    const progress = seen.map(({ drainProgress = 0 }) => drainProgress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    for (const { drainProgress = 0, pendingPods = [], evictionPods, totalpods } of seen) {
      expect([evictionPods, totalpods]).toEqual([3, 3]);
      expect(drainProgress).toBe(Math.trunc(((3 - pendingPods.length) * 100) / 3));
    }
    await scene.remove("steps");
  });

  test.concurrent("stays at 0 where more pods come than there were, and never goes below", async () => {
    await scene.pods("more", "on-more", ["first"], { hang: true });
    await scene.create("more", "on-more");
    await scene.becomes("more", isLeft(1));
    for (const name of ["second", "third"]) await scene.plane.createPod({ namespace: "more", name, on: "on-more", pods: { hang: true } });
    const more = await scene.becomes("more", isLeft(3));
    expect(more).toMatchObject({ evictionPods: 1 });
    expect(more).not.toHaveProperty("drainProgress");
    for (const name of ["first", "second", "third"]) await scene.letGo("more", name);
    expect(await scene.reaches("more", "Succeeded")).toMatchObject({ evictionPods: 1, drainProgress: 100 });
    await scene.remove("more");
  });

  test.concurrent("is Running again where a pod comes after it succeeded, and lets it go too", async () => {
    await scene.create("late", "on-late");
    await scene.reaches("late", "Succeeded");
    await scene.plane.createPod({ namespace: "late", name: "late", on: "on-late", pods: { hang: true } });
    expect(await scene.reaches("late", "Running")).toMatchObject({ pendingPods: ["late"] });
    await scene.letGo("late", "late");
    await scene.reaches("late", "Succeeded");
    expect(await scene.asked("late")).toEqual([{ pod: "late", code: 201 }]);
    await scene.remove("late");
  });

  test.concurrent("lets go of what kubectl drain --force would: pods of DaemonSets and of the kubelet stay", async () => {
    const namespace = "filters";
    const here = { nodeSelector: { "kubernetes.io/hostname": "on-filters" } };
    await scene.plane.createDaemonSet({ namespace, name: "logs", pods: { spec: here } });
    await scene.plane.podsReady({ namespace, labelSelector: "app=logs" }, 1);
    await scene.pods(namespace, "on-filters", ["unmanaged"]);
    await scene.pods(namespace, "on-filters", ["scratch"], { spec: { volumes: [{ name: "scratch", emptyDir: {} }] } });
    await scene.pods(namespace, "on-filters", ["etcd-on-filters"], { annotations: { "kubernetes.io/config.mirror": "x" } });
    await scene.plane.createPod({ namespace, name: "done", on: "on-filters", pods: { finish: 0 } });
    await scene.plane.waitFor("pods", { namespace, fieldSelector: "metadata.name=done" }, ([pod]) => pod?.status?.phase === "Succeeded");
    await scene.create("filters", "on-filters");
    expect(await scene.reaches("filters", "Succeeded")).toMatchObject({ evictionPods: 3, totalpods: 5 });
    const left = (await scene.plane.list("pods", { namespace })).map(({ metadata }) => metadata.name);
    expect(left.toSorted()).toEqual(["etcd-on-filters", expect.stringMatching(/^logs-/)]);
    expect((await scene.asked(namespace)).map(({ pod }) => pod).toSorted()).toEqual(["done", "scratch", "unmanaged"]);
    await scene.remove("filters");
  });

  test.concurrent("asks the pod of a virtual machine to go though its budget allows none, and goes on when that has migrated", async () => {
    const namespace = "vm";
    await scene.plane.createNamespace(namespace);
    // As KubeVirt has it: the request alone makes it migrate the machine, whose pod then has succeeded.
    const owner = { apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: "db", uid: "0d7d5a6e-6c39-4d2c-9f6e-2f8c2f7b7a10" };
    const labels = { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": "db" };
    const { metadata, spec } = podTemplate({ spec: { nodeName: "on-vm" } }, labels);
    const pod = objectPath("pods", { namespace, name: "virt-launcher-db-x7k2p" });
    const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
    await scene.plane.call("POST", `/api/v1/namespaces/${namespace}/pods`, {
      metadata: { ...metadata, name: "virt-launcher-db-x7k2p", ownerReferences },
      spec,
    });
    await scene.plane.podsReady({ namespace }, 1);
    await scene.plane.call("POST", `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
      metadata: { name: "kubevirt-disruption-budget-6x2mz", ownerReferences },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    });
    const isCounted = (budget?: { readonly status?: { readonly currentHealthy?: number } }): boolean =>
      budget?.status?.currentHealthy === 1;
    await scene.plane.waitFor("poddisruptionbudgets", { namespace }, ([budget]) => isCounted(budget));
    await scene.create("vm", "on-vm");
    const { lastError } = await scene.becomes("vm", isBlocked);
    expect(lastError).toMatch(/^error when evicting pods\/"virt-launcher-db-x7k2p" -n "vm": .*\bkubevirt-disruption-budget-6x2mz\b/);
    expect(await scene.asked(namespace)).toContainEqual({ pod: "virt-launcher-db-x7k2p", code: 429 });
    await scene.plane.call("PATCH", `${pod}/status`, { status: { phase: "Succeeded" } });
    expect(await scene.reaches("vm", "Succeeded")).not.toHaveProperty("lastError");
    await scene.remove("vm");
  });
});
