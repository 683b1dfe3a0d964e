import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Pod } from "../../../src/kube/pod.ts";
import { blocked, messageOf, preview } from "./decided.ts";
import { onNode, type Scene, type Stage, startStage } from "./scene.ts";

// Drains of a cluster whose controllers do not work, or not now.
let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ controllerManagerFlags: ["--controllers=*,bootstrapsigner,tokencleaner,-taint-eviction-controller"] });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const taint = "runai=drain:NoExecute";
const codesOf = async (scene: Scene): Promise<number[]> => (await scene.evictions()).map(({ code }) => code);

// First: what follows stops the others too.
test("without the taint eviction controller nothing is deleted, and the drain says why it can never end", () =>
  stage.play({ name: "off", nodes: 2 }, async (scene) => {
    const [node] = scene.nodes;
    const pods = await scene.deployment({ name: "web", replicas: 2, on: [node] });
    await scene.daemonSet({ name: "logs" });
    const { code, stderr } = await scene.drydock("drain", node, "--mode=Taint");
    expect(code).toBe(2);
    expect(stderr).toContain(`the cluster deletes nothing for ${taint}: taint eviction seems to be off (nothing in 10 s)`);
    expect(stderr).toContain(`drydock taint nodes ${node} ${taint}-`);
    const left = onNode(await scene.pods(), node).filter((pod: Pod) => pod.metadata.deletionTimestamp === undefined);
    expect(left.map(({ metadata }) => metadata.uid).toSorted()).toEqual(pods.map(({ metadata }) => metadata.uid).toSorted());
    // The DaemonSet controller takes its own pods off by itself, which is no sign of the other one.
    expect(left.some(({ metadata }) => metadata.name.startsWith("logs-"))).toBe(false);
  }));

describe("without the controller-manager", () => {
  test("a budget whose newest spec nobody has counted is waited for, and not asked", () =>
    stage.play({ name: "behind", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 3, on: [node], pods: { grace: 1 } });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      await stage.plane.controllers.pause();
      try {
        await scene.patchBudget("web", { maxUnavailable: 2 });
        const drain = scene.start("drain", node, "-o", "ndjson");
        expect(messageOf(await drain.line(blocked("budget-behind")))).toContain("its newest spec has not been processed");
        expect(await scene.evictions()).toEqual([]);
        stage.plane.controllers.resume();
        expect((await drain.ended).code).toBe(0);
        expect(new Set(await codesOf(scene))).toEqual(new Set([201]));
      } finally {
        stage.plane.controllers.resume();
      }
    }));

  test("a namespace on its way out takes no evictions: its pods are waited for", () =>
    stage.play({ name: "leaving", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("last", node, { grace: 1 });
      await stage.plane.controllers.pause();
      try {
        await stage.plane.call("DELETE", `/api/v1/namespaces/${scene.namespace}`);
        const drain = scene.start("drain", node, "--force", "-o", "ndjson");
        expect(messageOf(await drain.line(blocked("namespace-terminating")))).toBe(
          "the namespace leaving is being deleted, and its pods with it",
        );
        expect(await codesOf(scene)).toEqual([403]);
        stage.plane.controllers.resume();
        expect((await drain.ended).code).toBe(0);
        expect(await scene.pods()).toEqual([]);
      } finally {
        stage.plane.controllers.resume();
      }
    }));

  test("a budget whose newest spec nobody has counted is named beforehand", () =>
    stage.play({ name: "unobserved", nodes: 2, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 3, on: [node] });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      await stage.plane.controllers.pause();
      try {
        await scene.patchBudget("web", { maxUnavailable: 2 });
        const { findings } = await preview(scene);
        expect(findings).toEqual(["warning budget-unobserved"]);
      } finally {
        stage.plane.controllers.resume();
      }
    }));
});
