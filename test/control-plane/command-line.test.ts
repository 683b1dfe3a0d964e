import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { asKubectl } from "../../src/cli/testing/kubectl-cases.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import { type KubectlOptions, type KubectlResult, runKubectl } from "./fixture/kubectl.ts";

const program = join(import.meta.dirname, "../../bin/drydock");
const consents = ["--ignore-daemonsets", "--delete-emptydir-data", "--force"];
const drains: readonly (readonly [string, readonly string[]])[] = [
  ["drain", consents],
  ["drain --disable-eviction", [...consents, "--disable-eviction"]],
  ["drain --dry-run=client", [...consents, "--dry-run=client"]],
  ["drain --dry-run=server", [...consents, "--dry-run=server"]],
];
const nodeOf = (what: string): string => what.replaceAll(/[^a-z]/g, "");
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane();
  const names = ["node-1", "node-2", "node-3", ...drains.map(([what]) => nodeOf(what))];
  await cluster.createNodes(names.map((name) => ({ name })));
  await cluster.createDaemonSet({ name: "proxy", namespace: "kube-system" });
  await cluster.podsReady({ namespace: "kube-system", labelSelector: "app=proxy" }, names.length);
});

afterAll(() => cluster[Symbol.asyncDispose]());

function drydock(args: readonly string[], options: KubectlOptions = {}): Promise<KubectlResult> {
  return runKubectl(process.execPath, cluster.directory, cluster.kubeconfigPath, [inject("drydock"), ...args], options);
}

/** Three kinds of pods on one node, and never on another: with a controller, with an emptyDir, with nobody. */
async function workload(namespace: string, node: string): Promise<void> {
  const nodeSelector = { "kubernetes.io/hostname": node };
  await cluster.createReplicaSet({ name: "api", namespace, replicas: 2, on: [node], pods: { spec: { nodeSelector } } });
  await cluster.createReplicaSet({
    name: "cache",
    namespace,
    replicas: 1,
    on: [node],
    pods: { spec: { nodeSelector, volumes: [{ name: "tmp", emptyDir: {} }] } },
  });
  await cluster.createPod({ name: "tool", namespace, on: node });
  await cluster.podsReady({ namespace }, 4);
}

/** Names that a controller made up are not the same twice; evictions end in any order. */
function shape(lines: string, namespace: string): readonly string[] {
  return lines
    .split("\n")
    .map((line) => line.replaceAll(`${namespace}/`, "NS/").replaceAll(/\b(api|cache|proxy)-[a-z0-9]{5}\b/g, "$1-*"))
    .filter((line) => line !== "")
    .toSorted();
}

describe("kubectl's rules for words", () => {
  it.each(asKubectl)("%j", async (words, says) => {
    const { stderr } = await cluster.kubectl(["drain", ...words]);
    if (says === "") expect(stderr).not.toMatch(/invalid argument|unknown|needs an argument|bad flag/);
    else expect(stderr).toContain(`error: ${says}\n`);
  });
});

describe("the same lines as kubectl on stdout", () => {
  it.each(["cordon", "cordon", "uncordon", "uncordon"])("%s, done before or not", async (verb) => {
    const [theirs, ours] = [await cluster.kubectl([verb, "node-2"]), await drydock([verb, "node/node-3"])];
    expect(ours.stdout).toBe(theirs.stdout.replaceAll("node-2", "node-3"));
    expect([theirs.code, ours.code]).toEqual([0, 0]);
  });
});

describe.concurrent("the same lines as kubectl on stdout, node beside node", () => {
  it.each(drains)("%s", async (what, flags) => {
    const node = nodeOf(what);
    await workload(`k-${node}`, node);
    const theirs = await cluster.kubectl(["drain", node, `--pod-selector=app in (api, cache, tool, proxy)`, ...flags]);
    await cluster.kubectl(["uncordon", node]);
    await cluster.kubectl(["delete", "replicasets,pods", "--all", "-n", `k-${node}`]);
    await workload(`d-${node}`, node);
    const ours = await drydock(["drain", node, `--pod-selector=app in (api, cache, tool, proxy)`, ...flags]);
    await cluster.kubectl(["uncordon", node]);
    await cluster.kubectl(["delete", "replicasets,pods", "--all", "-n", `d-${node}`]);
    expect([theirs.code, ours.code]).toEqual([0, 0]);
    expect(shape(ours.stdout, `d-${node}`)).toEqual(shape(theirs.stdout, `k-${node}`));
    expect(ours.stderr).toMatch(/^Warning: ignoring DaemonSet-managed Pods: kube-system\/proxy-/m);
  });
});

describe.concurrent("exit codes", () => {
  const isSchedulable = async (name: string): Promise<boolean> => {
    const nodes = await cluster.list("nodes");
    return nodes.find((node) => node.metadata.name === name)?.spec?.unschedulable !== true;
  };

  it("2 where a consent is missing, and nothing was touched; the line it prints does it", async () => {
    await workload("agree", "node-2");
    const refused = await drydock(["drain", "node-2"]);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toBe("");
    expect(await isSchedulable("node-2")).toBe(true);
    const line = refused.stderr.trimEnd().split("\n").at(-1)?.trim() ?? "";
    expect(line).toBe("drydock drain node-2 --ignore-daemonsets --delete-emptydir-data --force");
    const drained = await drydock(line.split(" ").slice(1));
    expect(drained.code).toBe(0);
    expect(await isSchedulable("node-2")).toBe(false);
    await cluster.kubectl(["uncordon", "node-2"]);
  });

  it("4 for an unknown node, with the nearest name", async () => {
    const { code, stderr } = await drydock(["drain", "node-22"]);
    expect(code).toBe(4);
    expect(stderr).toBe('error: nodes "node-22" not found (did you mean node-2?); nothing was changed\n');
  });

  it("5 for one who may not", async () => {
    const kubeconfig = await cluster.kubeconfig("nobody");
    const { code, stderr } = await drydock(["cordon", "node-1"], { kubeconfig });
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: nodes "node-1" is forbidden/);
    expect(await isSchedulable("node-1")).toBe(true);
  });

  it("1 without a server", async () => {
    const { code, stderr } = await drydock(["preview", "node-1", "--server=https://127.0.0.1:1"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*ECONNREFUSED.*\n {2}-> check the address/);
  });

  it("3 at the timeout, naming what is left; 130 for Ctrl-C, and the node stays cordoned", async () => {
    await cluster.createPod({ name: "stuck", namespace: "hang", on: "node-3", pods: { hang: true, grace: 1 } });
    await cluster.podsReady({ namespace: "hang" }, 1);
    const timedOut = await drydock(["drain", "node-3", ...consents, "--timeout=6s"]);
    expect(timedOut.code).toBe(3);
    expect(timedOut.stderr).toMatch(/^error: node "node-3": global timeout reached; .*hang\/stuck/m);

    const child = spawn(program, ["drain", "node-3", ...consents], {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfigPath },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "close");
    const stderr = text(child.stderr);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(await stderr).toContain("node node-3 stays unschedulable");
  });
});

describe.concurrent("preview", () => {
  it("moves the same pods as kubectl's dry run, and the plan's hash is the same whatever is consented to", async () => {
    await workload("look", "node-1");
    const [plain, agreed, theirs] = await Promise.all([
      drydock(["preview", "node-1", "-o", "json"]),
      drydock(["preview", "node-1", ...consents, "-o", "json"]),
      cluster.kubectl(["drain", "node-1", ...consents, "--dry-run=client"]),
    ]);
    const document = JSON.parse(plain.stdout) as {
      readonly hash: string;
      readonly nodes: readonly {
        readonly pods: readonly { readonly namespace: string; readonly name: string; readonly action: string }[];
      }[];
    };
    const moved = document.nodes.flatMap(({ pods }) =>
      pods.filter(({ action }) => action === "evict").map(({ namespace, name }) => `evicting pod ${namespace}/${name} (dry run)`),
    );
    expect(moved.toSorted()).toEqual(
      theirs.stdout
        .split("\n")
        .filter((line) => line.startsWith("evicting"))
        .toSorted(),
    );
    expect((JSON.parse(agreed.stdout) as { readonly hash: string }).hash).toBe(document.hash);
    expect(await isSame("node-1")).toBe(true);
  });

  const isSame = async (name: string): Promise<boolean> =>
    (await cluster.list("nodes")).some((node) => node.metadata.name === name && node.spec?.unschedulable !== true);
});
