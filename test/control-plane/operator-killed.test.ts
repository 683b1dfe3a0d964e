import { describe, expect, test } from "vitest";
import type { Maintenance } from "../../src/api/maintenance.ts";
import { heldAnnotation } from "../../src/cluster/view/held-record.ts";
import type { Node } from "../../src/kube/node.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { isDrydock, type Running } from "./drain/drydock.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import { OperatorScene } from "./operator/scene.ts";

// SIGKILL leaves no time to say or write anything, and SIGSTOP none to notice that time passes.

const maintenances = "/apis/drydock.dev/v1alpha1/maintenances";
const flags = ["--without-webhooks", "--metrics-bind-address=0", "--health-probe-bind-address=0"];

/** Operators of one control plane, as processes of their own. */
class Site implements AsyncDisposable {
  readonly plane: ControlPlane;
  readonly #scene: OperatorScene;

  private constructor(plane: ControlPlane, scene: OperatorScene) {
    this.plane = plane;
    this.#scene = scene;
  }

  static async open(nodes: readonly string[]): Promise<Site> {
    const plane = await startControlPlane({ audit: "calls" });
    await plane.createNodes([...nodes, "spare-1", "spare-2"].map((name) => ({ name })));
    return new Site(plane, await OperatorScene.install(plane));
  }

  start(...more: readonly string[]): Running {
    return this.#scene.run(...flags, ...more);
  }

  /** Two pods on the node, under a budget that lets one go at a time. */
  async populate(node: string): Promise<void> {
    await this.plane.createBudget({ name: node, maxUnavailable: 1 });
    await this.plane.createReplicaSet({ name: node, replicas: 2, on: [node], pods: { ready: 1, gone: 1, labels: { of: node } } });
  }

  async maintain(node: string): Promise<void> {
    const body = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name: node }, spec: { nodeName: node } };
    await this.plane.call("POST", maintenances, body);
  }

  async wanted(node: string, desired: "In"): Promise<void> {
    await this.plane.call("PATCH", `${maintenances}/${node}`, { spec: { desired } });
  }

  async phaseOf(node: string): Promise<string | undefined> {
    return (await this.plane.call<Maintenance>("GET", `${maintenances}/${node}`)).status?.phase;
  }

  /** Waits for the phase of each of them, as kubectl does. */
  async reach(nodes: readonly string[], phase: string): Promise<void> {
    const objects = nodes.map((name) => `maintenances.drydock.dev/${name}`);
    const { code, stderr } = await this.plane.kubectl(["wait", ...objects, `--for=jsonpath={.status.phase}=${phase}`, "--timeout=300s"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }

  /** What anybody may have changed of a node. */
  async marks(name: string): Promise<object> {
    const { spec, metadata } = await this.plane.call<Node>("GET", `/api/v1/nodes/${name}`);
    const { annotations = {}, labels } = metadata;
    const kept = Object.keys(annotations).filter(
      (key) => key === heldAnnotation || key.includes("autoscaler") || key.includes("karpenter"),
    );
    const taints = (spec?.taints ?? []).filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
    return { unschedulable: spec?.unschedulable ?? false, taints, labels, kept };
  }

  /** Pods that were asked to go and taken, by uid, each as often as that was. */
  async taken(): Promise<readonly string[]> {
    const events = await this.plane.audit();
    return events
      .filter(
        ({ userAgent = "", objectRef, responseStatus }) =>
          isDrydock(userAgent) && objectRef?.subresource === "eviction" && responseStatus?.code === 201,
      )
      .map(({ objectRef }) => objectRef?.name ?? "");
  }

  async deletedPods(): Promise<readonly string[]> {
    const events = await this.plane.audit();
    return events
      .filter(({ userAgent = "", verb, objectRef }) => isDrydock(userAgent) && verb === "delete" && objectRef?.resource === "pods")
      .map(({ objectRef }) => objectRef?.name ?? "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scene[Symbol.asyncDispose]();
    await this.plane[Symbol.asyncDispose]();
  }
}

const many = Array.from({ length: 20 }, (_, i) => `worker-${i + 1}`);

// Each on a control plane of its own: most of the time both wait.
describe.concurrent("operators that end without a word", () => {
  test("twenty maintenances under an operator that is killed a hundred times: every pod asked once, every node as it was", async () => {
    await using site = await Site.open(many);
    const random = seededRandom("a hundred kills");
    const first = site.start();
    await first.said('"every object is looked after"');
    for (const node of many) await site.populate(node);
    await site.plane.podsReady({ labelSelector: "of" }, 2 * many.length);
    const before = await Promise.all(many.map((node) => site.marks(node)));
    for (const node of many) await site.maintain(node);
    let operator = first;
    let isBack = false;
    for (let kill = 1; kill <= 100; kill += 1) {
      // From its start on: also while it reads, and before it leads.
      await realClock.sleep(50 + Math.floor(random.next() * 900), new AbortController().signal);
      operator.signal("SIGKILL");
      await operator.ended;
      operator = site.start();
      if (!isBack && kill >= 50) {
        isBack = true;
        for (const node of many) await site.wanted(node, "In");
      }
    }
    await site.reach(many, "Finished");
    expect(await Promise.all(many.map((node) => site.marks(node)))).toEqual(before);
    const taken = await site.taken();
    expect(new Set(taken).size).toBe(taken.length);
    expect(await site.deletedPods()).toEqual([]);
  });

  test("two replicas, the leader frozen for a minute: the other goes on, and what the first writes when it thaws changes nothing", async () => {
    await using site = await Site.open(["worker-1"]);
    const frozen = site.start("--leader-elect");
    await frozen.said('"every object is looked after"');
    const other = site.start("--leader-elect");
    await other.said("another replica leads");
    await site.populate("worker-1");
    await site.plane.podsReady({ labelSelector: "of" }, 2);
    const before = await site.marks("worker-1");
    await site.maintain("worker-1");
    await site.plane.waitFor("pods", { labelSelector: "of=worker-1" }, (pods) =>
      pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined),
    );
    frozen.signal("SIGSTOP");
    const frozenAt = realClock.monotonic();
    await other.said('"msg":"leads"');
    await site.reach(["worker-1"], "Drained");
    await site.wanted("worker-1", "In");
    await site.reach(["worker-1"], "Finished");
    await realClock.sleep(Math.max(0, frozenAt + 60_000 - realClock.monotonic()), new AbortController().signal);
    frozen.signal("SIGCONT");
    expect((await frozen.ended).code).toBe(1);
    expect(await site.phaseOf("worker-1")).toBe("Finished");
    expect(await site.marks("worker-1")).toEqual(before);
    const taken = await site.taken();
    expect(new Set(taken).size).toBe(taken.length);
  });
});
