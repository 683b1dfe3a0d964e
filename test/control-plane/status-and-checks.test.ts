import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Node } from "../../src/kube/node.ts";
import { findBinaries } from "./binaries.ts";
import { type CliLine, ndjson } from "./drain/drydock.ts";
import { type Scene, type Stage, startStage } from "./drain/scene.ts";

// What is said of nodes that are out, by one who reads the API only; and the way back without Drydock, walked by the real kubectl.
let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

interface ShellEnd {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a script with sh, where `kubectl` is the one that was built with the control plane. */
function shell(script: string): Promise<ShellEnd> {
  const found = findBinaries();
  if (found.kind === "missing") throw new Error(found.why);
  const child = spawn("sh", [], {
    cwd: stage.plane.directory,
    env: { PATH: `${found.folder}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: stage.plane.directory },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdin.end(script);
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, said }));
  });
}

/** What a person could have set on the node: all but what the server and the kubelet write by themselves. */
function wishes({ metadata, spec }: Node): object {
  const { labels, annotations } = metadata;
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => ({ key, value, effect }));
  return { labels, annotations, spec: { ...spec, taints } };
}

async function settled(name: string, isCordoned: boolean): Promise<Node> {
  const at = { fieldSelector: `metadata.name=${name}` };
  const taint = "node.kubernetes.io/unschedulable";
  const [node] = await stage.plane.waitFor(
    "nodes",
    at,
    ([one]) => (one?.spec?.taints?.some(({ key }) => key === taint) ?? false) === isCordoned,
  );
  if (node === undefined) throw new Error(`${name} has gone`);
  return node;
}

/** Resolves when the controllers have written on a new node what they write there, a moment after it is there. */
async function described(name: string): Promise<void> {
  await stage.plane.waitFor(
    "nodes",
    { fieldSelector: `metadata.name=${name}`, labelSelector: "beta.kubernetes.io/os,beta.kubernetes.io/arch" },
    ([node]) => node?.metadata.annotations?.["node.alpha.kubernetes.io/ttl"] !== undefined,
  );
}

async function json(scene: Scene, ...args: string[]): Promise<{ readonly code: number | null; readonly document: CliLine }> {
  const { code, stdout } = await scene.drydock(...args, "-o", "json");
  return { code, document: JSON.parse(stdout) as CliLine };
}

const holds = (document: CliLine): Readonly<Record<string, string>> =>
  Object.fromEntries((document["conditions"] as readonly { code: string; holds: string }[]).map((one) => [one.code, one.holds]));

// By itself: it takes back what Drydock has done to any node.
describe("the undo script of all nodes, run by the real kubectl", () => {
  test("a drained node is exactly as it was before", () =>
    stage.play(
      {
        name: "undo",
        nodes: [
          { labels: { pool: "blue" }, annotations: { team: "night" }, taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
          {},
        ],
      },
      async (scene) => {
        const [node] = scene.nodes;
        await described(node);
        const before = await scene.node(node);
        expect((await scene.drydock("drain", node)).code).toBe(0);
        await settled(node, true);
        const script = await scene.drydock("status", "--undo-script");
        expect(script).toMatchObject({ code: 0, stderr: "" });
        expect(script.stdout).toContain(`kubectl --kubeconfig=${scene.kubeconfig} uncordon ${node}`);
        expect(await shell(script.stdout)).toMatchObject({ code: 0 });
        expect(wishes(await settled(node, false))).toEqual(wishes(before));
        // A second time there is nothing to take back, and the check at its beginning says so.
        const again = await shell(script.stdout);
        expect(again.code).not.toBe(0);
        expect(again.said).toContain(`${node}: not as it was when this was written`);
        expect(wishes(await scene.node(node))).toEqual(wishes(before));
        expect((await scene.drydock("status", "--undo-script", node)).stdout).toMatch(/^# no node carries a record of Drydock/);
      },
    ));
});

// Before there are virtual machines: their kind is one of the whole cluster.
describe("check power-off", () => {
  test.concurrent("no before, yes after a drain, with what proves it; no again as soon as something runs there", () =>
    stage.play({ name: "off", nodes: 2, consented: { pods: ["off/late"] } }, async (scene) => {
      const [node] = scene.nodes;
      await scene.daemonSet({ name: "logs" });
      await scene.deployment({ name: "web", replicas: 1, on: [node] });
      const before = await json(scene, "check", "power-off", node);
      expect(before.code).toBe(2);
      expect(before.document).toMatchObject({ kind: "PowerOffCheck", node, answer: "no" });
      expect(holds(before.document)).toMatchObject({ "off-out-of-scheduling": "no", "off-empty": "no", "off-kubelet": "yes" });
      expect((await scene.drydock("drain", node, "--ignore-daemonsets")).code).toBe(0);
      const after = await json(scene, "check", "power-off", node);
      expect(holds(after.document)).toEqual({
        "off-out-of-scheduling": "yes",
        "off-kubelet": "yes",
        "off-empty": "yes",
        "off-quiet": "yes",
        "off-departures": "yes",
        "off-volumes": "yes",
        "off-role": "yes",
        "off-virtual-machines": "none",
      });
      expect(after).toMatchObject({ code: 0, document: { answer: "yes" } });
      // Bound by its own spec: no cordon keeps it away.
      await scene.pod("late", node);
      const late = await json(scene, "check", "power-off", node);
      expect(late).toMatchObject({ code: 2, document: { answer: "no" } });
      expect(holds(late.document)["off-empty"]).toBe("no");
    }));

  test.concurrent("a taint alone takes a node out as well: what does not tolerate it leaves, and then it may be off", () =>
    stage.play({ name: "off-taint", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const tolerations = [{ key: "runai", operator: "Exists", effect: "NoExecute" }];
      await scene.daemonSet({ name: "logs", pods: { spec: { tolerations } } });
      await scene.deployment({ name: "web", replicas: 1, on: [node] });
      await stage.plane.kubectl(["taint", "nodes", node, "runai=drain:NoExecute"]);
      await scene.until((all) => all.every(({ spec, metadata }) => spec.nodeName !== node || metadata.labels?.["app"] === "logs"));
      const { document } = await json(scene, "status", node);
      expect(document).toMatchObject({
        items: [
          {
            state: "empty",
            unschedulable: false,
            hold: { taints: ["runai=drain:NoExecute"], holders: [] },
            pods: { left: [], staying: 1 },
          },
        ],
      });
      const check = await json(scene, "check", "power-off", node);
      expect(holds(check.document)).toMatchObject({ "off-out-of-scheduling": "yes", "off-empty": "yes", "off-quiet": "yes" });
      expect(check).toMatchObject({ code: 0, document: { answer: "yes" } });
      expect((await scene.drydock("check", "power-off", node)).stdout).toContain("out of scheduling: taint runai=drain:NoExecute");
    }));

  test.concurrent("the last of a role is no, and what else should be known is noted", () =>
    stage.play({ name: "off-role", nodes: [{ labels: { "node-role.kubernetes.io/ingress-only": "" } }] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.drydock("drain", node, "--allow=last-of-role");
      const { code, document } = await json(scene, "check", "power-off", node);
      expect(code).toBe(2);
      expect(holds(document)).toMatchObject({ "off-empty": "yes", "off-role": "no" });
      expect(document["notes"]).toContainEqual(expect.objectContaining({ code: "last-of-role" }));
    }));

  test.concurrent("a volume that is attached is no; what may not be read is unknown, and unknown is no yes", () =>
    stage.play({ name: "off-volumes", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.drydock("drain", node);
      const name = "off-volumes";
      await stage.plane.call("POST", "/apis/storage.k8s.io/v1/volumeattachments", {
        apiVersion: "storage.k8s.io/v1",
        kind: "VolumeAttachment",
        metadata: { name },
        spec: { attacher: "test.drydock.dev", nodeName: node, source: { persistentVolumeName: "pv-of-nobody" } },
      });
      const attached = await json(scene, "check", "power-off", node);
      expect(attached).toMatchObject({ code: 2, document: { answer: "no" } });
      expect(holds(attached.document)["off-volumes"]).toBe("no");
      await stage.plane.call("DELETE", `/apis/storage.k8s.io/v1/volumeattachments/${name}`);
      await stage.plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", {
        metadata: { name: "looks-at-nodes" },
        rules: [{ apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] }],
      });
      await stage.plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
        metadata: { name: "looks-at-nodes" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "looks-at-nodes" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "viewer" }],
      });
      const viewer = await stage.plane.kubeconfig("viewer");
      const denied = await json(scene, "check", "power-off", node, "--kubeconfig", viewer);
      expect(denied).toMatchObject({ code: 2, document: { answer: "unknown" } });
      expect(holds(denied.document)).toMatchObject({ "off-empty": "yes", "off-volumes": "unknown", "off-virtual-machines": "unknown" });
      const status = await scene.drydock("status", "--kubeconfig", viewer);
      expect(status).toMatchObject({ code: 0 });
      expect(status.stdout).toContain("not checked: may not list poddisruptionbudgets.policy");
    }));
});

describe.concurrent("check power-off, where there are virtual machines", () => {
  test("a virtual machine that runs there, or moves there, is no; the kind alone is not", () =>
    stage.play({ name: "off-vms", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      const names = { plural: "virtualmachineinstances", singular: "virtualmachineinstance", kind: "VirtualMachineInstance" };
      const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
      const crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
      await stage.plane.call("POST", crd, {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${names.plural}.kubevirt.io` },
        spec: { group: "kubevirt.io", scope: "Namespaced", names, versions: [{ name: "v1", served: true, storage: true, schema }] },
      });
      await stage.plane.kubectl(["wait", "--for=condition=Established", "crd", `${names.plural}.kubevirt.io`]);
      await scene.drydock("drain", node);
      const empty = await json(scene, "check", "power-off", node);
      expect(empty).toMatchObject({ code: 0, document: { answer: "yes" } });
      expect(holds(empty.document)["off-virtual-machines"]).toBe("yes");
      await stage.plane.call("POST", `/apis/kubevirt.io/v1/namespaces/${scene.namespace}/${names.plural}`, {
        apiVersion: "kubevirt.io/v1",
        kind: names.kind,
        metadata: { name: "desk" },
        status: { phase: "Running", nodeName: "elsewhere", migrationState: { targetNode: node } },
      });
      const there = await json(scene, "check", "power-off", node);
      expect(there).toMatchObject({ code: 2, document: { answer: "no" } });
      expect(holds(there.document)["off-virtual-machines"]).toBe("no");
      await stage.plane.kubectl(["delete", "crd", `${names.plural}.kubevirt.io`]);
    }));
});

describe.concurrent("the undo script of some nodes, run by the real kubectl", () => {
  test("another's cordon stays, and so does all where the record is not the one that the script was written for", () =>
    stage.play({ name: "undo-foreign", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      for (const name of scene.nodes) await described(name);
      await stage.plane.kubectl(["cordon", node]);
      const before = await settled(node, true);
      expect((await scene.drydock("cordon", node, other)).code).toBe(0);
      const { stdout } = await scene.drydock("status", "--undo-script", node, other);
      expect(stdout).toContain("# no uncordon: the cordon was there before Drydock came");
      await stage.plane.kubectl(["annotate", "node", other, "--overwrite", "drydock.dev/held={}"]);
      const changed = wishes(await settled(other, true));
      expect((await shell(stdout)).code).not.toBe(0);
      expect(wishes(await settled(node, true))).toEqual(wishes(before));
      expect(wishes(await scene.node(other))).toEqual(changed);
    }));

  test("of taints exactly those of the record go, by value too", () =>
    stage.play({ name: "undo-taint", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      const before = await scene.node(node);
      await stage.plane.kubectl(["taint", "nodes", node, "runai=drain:NoExecute", "team=night:NoSchedule"]);
      const held = { nodeUID: before.metadata.uid, wasCordoned: false, added: ["runai=drain:NoExecute"], holders: [], undo: [] };
      await stage.plane.kubectl(["annotate", "node", node, `drydock.dev/held=${JSON.stringify(held)}`]);
      const { stdout } = await scene.drydock("status", "--undo-script", node);
      await stage.plane.kubectl(["taint", "nodes", node, "--overwrite", "runai=mine:NoExecute"]);
      expect((await shell(stdout)).code).not.toBe(0);
      expect((await scene.node(node)).spec?.taints).toContainEqual(expect.objectContaining({ key: "runai", value: "mine" }));
      await stage.plane.kubectl(["taint", "nodes", node, "--overwrite", "runai=drain:NoExecute"]);
      expect(await shell(stdout)).toMatchObject({ code: 0 });
      const after = await scene.node(node);
      expect(after.spec?.taints).toEqual([{ key: "team", value: "night", effect: "NoSchedule" }]);
      expect(after.metadata.annotations?.["drydock.dev/held"]).toBeUndefined();
    }));
});

describe.concurrent("status", () => {
  test("who holds a node, how many pods are left and what is in their way, while a drain waits", () =>
    stage.play({ name: "stuck", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 2, on: [node] });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      // The first pod's replacement finds no node: the second waits for the budget.
      const drain = scene.start("drain", node, "-o", "ndjson");
      await drain.line(({ event }) => event === "gone");
      await drain.line(({ event, blocker }) => event === "blocked" && (blocker as CliLine)["code"] === "budget-exhausted");
      const { code, document } = await json(scene, "status", node);
      expect(code).toBe(0);
      expect(document).toMatchObject({
        kind: "NodeStatusList",
        items: [
          {
            node,
            state: "draining",
            ready: true,
            unschedulable: true,
            hold: { holders: [{ kind: "command" }], foreignCordon: null, added: ["spec.unschedulable=true"] },
            pods: { goNow: 0, blocked: 0, left: [expect.stringMatching(/^stuck\/web-/)] },
            blockers: [{ code: "budget-exhausted", endsBy: "cluster" }],
          },
        ],
      });
      const { stdout } = await scene.drydock("status");
      expect(stdout).toMatch(new RegExp(`^${node} +draining +hand-\\d+ +\\S+ +1 +0 +budget-exhausted$`, "m"));
      const rows = ndjson((await scene.drydock("pods", node, "-o", "ndjson")).stdout);
      expect(rows).toMatchObject([
        {
          node,
          namespace: "stuck",
          action: "evict",
          status: "Running",
          workload: { kind: "Deployment", name: "web" },
          budgets: ["web"],
          blockers: [{ code: "budget-exhausted" }],
        },
      ]);
      await scene.patchBudget("web", { maxUnavailable: 2 });
      expect((await drain.ended).code).toBe(0);
      const empty = await json(scene, "status", node);
      expect(empty.document).toMatchObject({ items: [{ state: "empty", pods: { left: [] }, blockers: [] }] });
    }));

  test("-w tells of every change, and of nothing else, until it is stopped", () =>
    stage.play({ name: "watching", nodes: 2, consented: { marks: ["cordon"] } }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const watching = scene.start("status", "-w", "-o", "ndjson", node, other);
      await watching.lines(2);
      await stage.plane.kubectl(["cordon", node]);
      await watching.line((line) => line["node"] === node && line["state"] === "empty");
      await scene.drydock("uncordon", node);
      await watching.line((line) => line["node"] === other && line["state"] === "in service");
      const back = (lines: readonly CliLine[]): readonly unknown[] =>
        lines.filter((line) => line["node"] === node).map((line) => line["state"]);
      await watching.lines(4);
      watching.signal("SIGINT");
      const { code, stdout } = await watching.ended;
      expect(code).toBe(130);
      const states = back(ndjson(stdout));
      expect([states[0], states.at(-1)]).toEqual(["in service", "in service"]);
      expect(states).toContain("empty");
    }));
});
