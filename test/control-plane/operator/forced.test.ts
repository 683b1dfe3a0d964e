import { afterAll, beforeAll, expect, test } from "vitest";
import type { Maintenance, MaintenanceSpec } from "../../../src/api/maintenance.ts";
import type { Node } from "../../../src/kube/node.ts";
import { type Ended, startDrydock } from "../drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import { OperatorScene } from "./scene.ts";

// What takes a person's consent, what goes past budgets, and what is remembered of both. Each test has a node of its own.
let plane: ControlPlane;
let scene: OperatorScene;

async function drydock(...words: readonly string[]): Promise<Ended> {
  return await startDrydock([...words, "--kubeconfig", await plane.kubeconfig("admin")], plane.directory).ended;
}

async function maintain(name: string, spec: MaintenanceSpec): Promise<void> {
  const object = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name }, spec };
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(object) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

async function reaches(name: string, phase: string): Promise<Maintenance> {
  const { code, stderr } = await plane.kubectl([
    "wait",
    `maintenance/${name}`,
    `--for=jsonpath={.status.phase}=${phase}`,
    "--timeout=120s",
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return await plane.call<Maintenance>("GET", `/apis/drydock.dev/v1alpha1/maintenances/${name}`);
}

async function evictingTaints(node: string): Promise<readonly string[]> {
  const { spec } = await plane.call<Node>("GET", `/api/v1/nodes/${node}`);
  return (spec?.taints ?? []).flatMap(({ key, effect }) => (effect === "NoExecute" ? [key] : []));
}

interface Item {
  readonly source: string;
  readonly forced: readonly { readonly by: string; readonly count: number; readonly pods: readonly string[] }[];
}

async function history(node: string): Promise<readonly Item[]> {
  const { code, stdout } = await drydock("history", node, "-o", "json");
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { readonly items: readonly Item[] }).items;
}

const nodes = ["consent", "taint", "command"];

beforeAll(async () => {
  plane = await startControlPlane({ audit: "calls" });
  await plane.createNodes([...nodes, "spare"].map((name) => ({ name })));
  for (const node of nodes) {
    await plane.createNamespace(node);
    await plane.createPod({ namespace: node, name: "bare", on: node });
  }
  // Budgets that never let a pod go.
  for (const namespace of ["taint", "command"]) {
    const pods = { spec: { nodeSelector: { "kubernetes.io/hostname": namespace } } };
    await plane.createStatefulSet({ namespace, name: "db", replicas: 1, on: [namespace], pods });
    await plane.createBudget({ namespace, name: "db", minAvailable: 1 });
  }
  expect((await drydock("install", "--yes", "--without-webhooks", "--replicas=0")).code).toBe(0);
  scene = await OperatorScene.ofInstalled(plane);
  const addresses = ["--metrics-bind-address=0", "--health-probe-bind-address=0"];
  await scene.run("--leader-elect", "--without-webhooks", "--log-format=text", ...addresses).said(/leads/);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

test("what a node waits for is said as data, agreed to by that name, and remembered", async () => {
  await maintain("os-patch", { nodeName: "consent", reason: "kernel", ticket: "OPS-1", drain: { allow: [] } });
  const { status } = await reaches("os-patch", "Blocked");
  expect(status?.blockers).toMatchObject([
    {
      code: "consent-missing",
      object: "Pod/consent/bare",
      consents: ["unmanaged"],
      hint: "to agree: drydock approve consent --allow=unmanaged",
    },
  ]);
  const asked = await drydock("approve", "consent");
  expect(asked).toMatchObject({ code: 2, stdout: "" });
  expect(asked.stderr).toContain("consent waits for: unmanaged\n");
  expect(asked.stderr).toMatch(/ drydock approve consent --kubeconfig=\S+ --allow=unmanaged$/m);
  expect(await drydock("approve", "consent", "--allow=unmanaged")).toMatchObject({ code: 0 });
  const { status: drained } = await reaches("os-patch", "Drained");
  expect(drained?.forced).toMatchObject([{ by: "unmanaged", count: 1, pods: ["consent/bare"] }]);
  expect((await drydock("return", "consent")).code).toBe(0);
  const { stdout } = await drydock("history", "consent");
  expect(stdout).toMatch(/^consent +os-patch .* returned .* OPS-1 +unmanaged:1 +kernel$/m);
  expect(stdout).toContain("os-patch: 1 pod without a controller, which nothing makes anew: consent/bare\n");
});

test("a taint that empties a node stays on it until the node comes back, and what it made go is remembered", async () => {
  await maintain("by-taint", { nodeName: "taint", drain: { mode: "Taint", allow: ["unmanaged", "budget-violation"] } });
  await reaches("by-taint", "Drained");
  expect(await evictingTaints("taint")).toEqual(["runai"]);
  expect((await drydock("return", "taint")).code).toBe(0);
  expect(await evictingTaints("taint")).toEqual([]);
  const [item] = await history("taint");
  expect(item?.forced.find(({ by }) => by === "taint")).toEqual({ by: "taint", count: 2, pods: ["taint/bare", "taint/db-0"] });
});

test("what a command forced is known for as long as its record stands on the node", async () => {
  const words = ["drain", "command", "--force", "--disable-eviction", "--ignore-daemonsets"];
  expect((await drydock(...words)).code).toBe(0);
  expect(await history("command")).toMatchObject([
    {
      source: "record",
      forced: [
        { by: "budget-violation", count: 1 },
        { by: "unmanaged", count: 1 },
      ],
    },
  ]);
  expect((await drydock("uncordon", "command")).code).toBe(0);
  expect(await history("command")).toEqual([]);
});
