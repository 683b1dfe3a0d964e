import { beforeAll, describe, expect, test } from "vitest";
import type { Budget } from "../../../../src/kube/budget.ts";
import { isNodeReady } from "../../../../src/kube/node.ts";
import { isPodReady, type Pod } from "../../../../src/kube/pod.ts";
import type { Faults } from "../../fixture/faults.ts";
import type { Part } from "../../fixture/part.ts";
import { startProxy } from "../../fixture/proxy.ts";
import { type CliLine, ndjson } from "../drydock.ts";
import { onNode, type Scene, uidsAsked, uidsOf } from "../scene.ts";
import { atOnce, stage } from "./stage.ts";

let mortal: Part;

beforeAll(async () => {
  mortal = await stage.plane.startKubelets("mortal");
});

/** Ready after 1 s, gone after 1 s. */
const life = { ready: 1, gone: 1 };
const blocked =
  (code: string) =>
  (line: CliLine): boolean =>
    line.event === "blocked" && (line["blocker"] as { readonly code: string }).code === code;
const granted = async (scene: Scene): Promise<string[]> => uidsAsked((await scene.evictions()).filter(({ code }) => code < 300));
const nodesOf = (result: CliLine | undefined): readonly string[] => {
  const nodes = (result?.["nodes"] ?? []) as readonly { readonly node: string; readonly state: string }[];
  return nodes.map(({ node, state }) => `${node} ${state}`);
};

interface Held {
  readonly pods: readonly Pod[];
  /** Lets the budget allow one. */
  open(): Promise<void>;
}

/** A pod on the other node that is not Ready keeps the budget at 0 until it is let go. */
async function withBudgetHeld(scene: Scene, kind: "deployment" | "statefulSet", replicas = 3): Promise<Held> {
  const [first, second = ""] = scene.nodes;
  const on = [...Array.from({ length: replicas - 1 }, () => first), second];
  const pods = await scene[kind]({
    name: "web",
    replicas,
    on,
    pods: { gone: 1, grace: 1 },
    ...(kind === "statefulSet" ? { spec: atOnce } : {}),
  });
  const holder = onNode(pods, second)[0]?.metadata.name ?? "";
  await scene.patchPod(holder, { metadata: { annotations: { "drydock.test/unready": "true" } } });
  await scene.until((all) => all.some((pod) => pod.metadata.name === holder && !isPodReady(pod.status)));
  await scene.budget({ name: "web", maxUnavailable: 1 });
  return { pods, open: () => scene.patchPod(holder, { metadata: { annotations: { "drydock.test/unready": null } } }) };
}

describe.concurrent("midway", () => {
  describe("pods that do not go", () => {
    test("those of a dead node: the blocker says to fence first; --skip-wait-for-delete-timeout leaves them, and nothing is called proven", () =>
      stage.play({ name: "dead", nodes: [{ kubelets: "mortal" }] }, async (scene) => {
        const [node] = scene.nodes;
        await scene.pod("lost", node, { grace: 1 });
        await mortal.kill();
        await stage.plane.waitFor("nodes", { fieldSelector: `metadata.name=${node}` }, ([found]) => !isNodeReady(found?.status));
        const drain = scene.start("drain", node, "--force", "-o", "ndjson");
        const line = await drain.line(blocked("kubelet-silent"));
        expect(JSON.stringify(line["blocker"])).toContain("fence first");
        drain.signal("SIGINT");
        expect((await drain.ended).code).toBe(130);
        await scene.until(([pod]) => pod?.metadata.deletionTimestamp !== undefined);
        const skipping = await scene.drydock("drain", node, "--force", "--skip-wait-for-delete-timeout", "1", "-o", "ndjson");
        expect(skipping.code).toBe(0);
        expect(nodesOf(ndjson(skipping.stdout).at(-1))).toEqual([`${node} unproven`]);
        expect(uidsOf(await scene.pods())).toHaveLength(1);
        expect(await granted(scene)).toHaveLength(1);
      }));

    test("one that hangs in Terminating is named, and --timeout ends the wait with exit 3", () =>
      stage.play({ name: "hangs", nodes: 1 }, async (scene) => {
        const [node] = scene.nodes;
        await scene.pod("hung", node, { hang: true, grace: 1 });
        const { code, stderr, stdout } = await scene.drydock("drain", node, "--force", "--timeout", "6s");
        expect(code).toBe(3);
        expect(stderr).toContain(`error: node "${node}": global timeout reached; 1 pod left: hangs/hung`);
        expect(stderr).toContain("hangs/hung: is ending (grace period 1 s)");
        expect(stderr).toContain(`node ${node} stays unschedulable`);
        expect(stdout).not.toContain("drained");
        expect(await granted(scene)).toEqual(uidsOf(await scene.pods()));
      }));

    test("one with a finalizer is named with it, and the drain ends when the finalizer is gone", () =>
      stage.play({ name: "finalized", nodes: 1 }, async (scene) => {
        const [node] = scene.nodes;
        await scene.pod("kept", node, { gone: 0.2, grace: 1 });
        await scene.patchPod("kept", { metadata: { finalizers: ["example.com/backup"] } });
        const drain = scene.start("drain", node, "--force", "-o", "ndjson");
        const line = await drain.line(blocked("finalizers"));
        expect(JSON.stringify(line["blocker"])).toContain("is kept by the finalizer example.com/backup");
        await scene.patchPod("kept", { metadata: { finalizers: null } });
        expect((await drain.ended).code).toBe(0);
        expect(await scene.pods()).toEqual([]);
      }));
  });

  describe("a faulty network", () => {
    test.each<{ readonly what: string; readonly name: string; readonly faults: Faults; readonly counted: "cut" | "gone" }>([
      { what: "every watch is cut every 300 ms", name: "cut", faults: { cutWatchesEvery: 300 }, counted: "cut" },
      {
        what: "every watch that resumes hears 410",
        name: "expired",
        faults: { cutWatchesEvery: 500, resumeIsGone: "event" },
        counted: "gone",
      },
      {
        what: "every watch that resumes is refused with 410",
        name: "refused",
        faults: { cutWatchesEvery: 500, resumeIsGone: "http" },
        counted: "gone",
      },
    ])("$what: each pod is evicted once, and all of them", ({ name, faults, counted }) =>
      stage.play({ name, nodes: 2 }, async (scene) => {
        const [node] = scene.nodes;
        const before = await scene.deployment({ name: "web", replicas: 4, on: [node], pods: life });
        await scene.budget({ name: "web", maxUnavailable: 1 });
        await using proxy = await startProxy(stage.plane, name, faults);
        const { code, stdout } = await scene.drydock("drain", node, "--kubeconfig", await scene.through(proxy.server));
        expect(code).toBe(0);
        expect(stdout).toContain(`node/${node} drained`);
        expect(onNode(await scene.pods(), node)).toEqual([]);
        expect(await granted(scene)).toEqual(uidsOf(before));
        expect(proxy.counts[counted]).toBeGreaterThan(3);
      }),
    );
  });

  describe("a cluster that changes under the drain", () => {
    test("a node deleted midway ends as unproven with exit 6, and the others go on", () =>
      stage.play({ name: "vanished", nodes: 4, emptied: [1, 2, 3] }, async (scene) => {
        const [first, second = "", third = ""] = scene.nodes;
        await scene.deployment({ name: "web", replicas: 3, on: [first, second, third], pods: life });
        await scene.pod("stuck", second, { hang: true, grace: 1 });
        const drain = scene.start("drain", first, second, third, "--force", "-o", "ndjson");
        await drain.line(({ event, pod }) => event === "accepted" && pod === "vanished/stuck");
        await stage.plane.call("DELETE", `/api/v1/nodes/${second}`);
        const { code, stdout, stderr } = await drain.ended;
        expect(nodesOf(ndjson(stdout).at(-1))).toEqual([`${first} drained`, `${second} unproven`, `${third} drained`]);
        expect(stderr).toContain(`node ${second} was deleted`);
        expect(code).toBe(6);
        expect(onNode(await scene.pods(), third)).toEqual([]);
      }));

    test("a budget that is widened midway lets pods go at once", () =>
      stage.play({ name: "widened", nodes: 2 }, async (scene) => {
        const [node, other = ""] = scene.nodes;
        const { pods } = await withBudgetHeld(scene, "deployment", 4);
        const drain = scene.start("drain", node, "-o", "ndjson");
        await drain.line(blocked("budget-exhausted"));
        await scene.patchBudget("web", { maxUnavailable: 3 });
        expect((await drain.ended).code).toBe(0);
        expect(await granted(scene)).toEqual(uidsOf(onNode(pods, node)));
        const [held] = onNode(pods, other);
        const now = (await scene.pods()).find((pod) => pod.metadata.uid === held?.metadata.uid);
        expect(isPodReady(now?.status)).toBe(false);
      }));

    test("a budget that is closed midway is named, asked for nothing, and waited for", () =>
      stage.play({ name: "closed", nodes: 2 }, async (scene) => {
        const [node] = scene.nodes;
        const before = await scene.deployment({ name: "web", replicas: 3, on: [node], pods: life });
        await scene.budget({ name: "web", maxUnavailable: 1 });
        // While there is another to wait for, the drain does not end because the rest can never go.
        const slow = await scene.pod("slow", node, { hang: true, grace: 1 });
        const drain = scene.start("drain", node, "--force", "-o", "ndjson");
        for (const one of ["closed/slow", "closed/web-"])
          await drain.line(({ event, pod }) => event === "accepted" && String(pod).startsWith(one));
        await scene.patchBudget("web", { maxUnavailable: 0 });
        const line = await drain.line(blocked("budget-never-allows"));
        expect(JSON.stringify(line["blocker"])).toContain("the budget web needs 3 of 3 pods healthy");
        const asked = (await scene.evictions()).length;
        // The replacement of the first is Ready by now or soon: the budget stays closed all the same.
        await scene.until((pods) => pods.filter(({ metadata, status }) => metadata.name !== "slow" && isPodReady(status)).length === 3);
        expect((await scene.evictions()).length).toBe(asked);
        await scene.patchBudget("web", { maxUnavailable: 1 });
        await drain.line(
          ({ event, blocker }) => event === "unblocked" && (blocker as { readonly code: string }).code === "budget-never-allows",
        );
        await scene.patchPod("slow", { metadata: { annotations: { "drydock.test/hang": null } } });
        expect((await drain.ended).code).toBe(0);
        expect(await granted(scene)).toEqual(uidsOf([...before, slow]));
      }));

    test("a StatefulSet's pod that came back elsewhere under its name is left alone, and no budget is spent on it (kubernetes#138229)", () =>
      stage.play({ name: "came-back", nodes: 2 }, async (scene) => {
        const [node, other = ""] = scene.nodes;
        const held = await withBudgetHeld(scene, "statefulSet");
        const drain = scene.start("drain", node, "-o", "ndjson");
        await drain.line(blocked("budget-exhausted"));
        const [moved, stays] = onNode(await scene.pods(), node);
        const { name = "", uid = "" } = moved?.metadata ?? {};
        await stage.plane.call("DELETE", `/api/v1/namespaces/${scene.namespace}/pods/${name}`);
        const isBack = ({ metadata, spec, status }: Pod): boolean =>
          metadata.name === name && metadata.uid !== uid && spec.nodeName !== undefined && isPodReady(status);
        const again = (await scene.until((pods) => pods.some(isBack))).find(isBack);
        expect(again?.spec.nodeName).toBe(other);
        await held.open();
        expect((await drain.ended).code).toBe(0);
        expect(await granted(scene)).toEqual([stays?.metadata.uid]);
        expect((await scene.evictions()).map(({ uid: asked }) => asked)).not.toContain(again?.metadata.uid);
        const spent = (await scene.record()).flatMap(({ resource, object }) =>
          resource === "poddisruptionbudgets" ? Object.keys((object as Budget).status?.disruptedPods ?? {}) : [],
        );
        expect(new Set(spent)).toEqual(new Set([stays?.metadata.name]));
        const evicted = (await scene.record()).filter(({ object }) => JSON.stringify(object).includes("EvictionByEvictionAPI"));
        expect(new Set(evicted.map((entry) => entry.object.metadata.uid))).toEqual(new Set([stays?.metadata.uid]));
      }));
  });
});
