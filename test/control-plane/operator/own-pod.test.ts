import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Pod } from "../../../src/kube/pod.ts";
import { podLabels } from "../../../src/operator/manifests/manifest.ts";
import { names } from "../../../src/operator/manifests/names.ts";
import { type Running, startProgram } from "../drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import { freePort } from "../fixture/ports.ts";
import { OperatorScene } from "./scene.ts";

// Processes beside the cluster, each told which of the operator's pods it would be in. These are in a namespace of their own: that of the
// installation takes no pod that is not restricted.
const namespace = "replicas";

const idle = ["leases.coordination.k8s.io", "maintenances.drydock.dev", "nodemaintenances.nodemaintenance.medik8s.io", "nodes"] as const;

interface InPod extends Running {
  readonly pod: Pod;
  readonly metricsPort: number;
}

let plane: ControlPlane;
let scene: OperatorScene;
const replicas: InPod[] = [];

async function startIn(pod: Pod): Promise<InPod> {
  const metricsPort = await freePort();
  const flags = [
    "--leader-elect",
    "--without-webhooks",
    "--health-probe-bind-address=0",
    `--metrics-bind-address=127.0.0.1:${metricsPort}`,
  ];
  const running = startProgram({
    program: process.execPath,
    words: [inject("drydock"), "operator", `--kubeconfig=${scene.kubeconfig}`, `--namespace=${names.namespace}`, ...flags],
    cwd: plane.directory,
    env: { PATH: process.env["PATH"], HOME: plane.directory, POD_NAME: pod.metadata.name, POD_NAMESPACE: namespace },
  });
  const replica = { ...running, pod, metricsPort };
  replicas.push(replica);
  return replica;
}

/** Seconds since anything was heard of each resource that it watches. */
async function watched({ metricsPort }: InPod): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const lines = text.matchAll(/^drydock_watch_last_heard_seconds\{resource="([^"]+)"\} (\S+)$/gm);
  return new Map([...lines].map(([, resource = "", age]) => [resource, Number(age)]));
}

async function maintain(node: string): Promise<void> {
  const body = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name: node }, spec: { nodeName: node } };
  await plane.call("POST", "/apis/drydock.dev/v1alpha1/maintenances", body);
}

beforeAll(async () => {
  plane = await startControlPlane({ audit: "calls" });
  await plane.createNodes(["worker-1", "worker-2", "worker-3"].map((name) => ({ name })));
  scene = await OperatorScene.install(plane);
});

afterAll(async () => {
  for (const { signal } of replicas) signal("SIGKILL");
  await Promise.all(replicas.map(({ ended }) => ended));
  await scene[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

test("idle it watches its kinds, Nodes and Leases; on its own node's way out it hands over, and the other replica evicts its pod", async () => {
  const on = ["worker-1", "worker-2"];
  const pods = { labels: podLabels, ready: 1, gone: 1 };
  await plane.createDeployment({ name: "drydock-operator", namespace, replicas: 2, on, pods });
  await plane.createDeployment({ name: "web", replicas: 1, on: ["worker-1"], pods: { ready: 1, gone: 1 } });
  const selection = { namespace, labelSelector: "app=drydock-operator" };
  const ready = await plane.podsReady(selection, 2);
  const podOn = (node: string): Pod => ready.find(({ spec }) => spec.nodeName === node) as Pod;
  const first = await startIn(podOn("worker-1"));
  await first.said('"every object is looked after"');
  const second = await startIn(podOn("worker-2"));
  const ages = await watched(first);
  expect([...ages.keys()].toSorted()).toEqual(idle);
  for (const [resource, age] of ages) expect([resource, age < 61]).toEqual([resource, true]);

  await maintain("worker-1");
  await first.said("hands over: its own node is to be emptied");
  expect((await first.ended).code).toBe(0);
  await second.said('"msg":"leads"');
  const drained = ["wait", "maintenance/worker-1", "--for=jsonpath={.status.phase}=Drained", "--timeout=120s"];
  expect(await plane.kubectl(drained)).toMatchObject({ code: 0, stderr: "" });
  expect(await plane.list("pods", { ...selection, fieldSelector: "spec.nodeName=worker-1" })).toEqual([]);
  expect([...(await watched(second)).keys()]).toContain("pods");

  expect((await plane.kubectl(["delete", "maintenance/worker-1", "--timeout=60s"])).code).toBe(0);
  let now: readonly string[];
  do {
    await plane.call("GET", "/version");
    now = [...(await watched(second)).keys()].toSorted();
  } while (now.length > idle.length);
  expect(now).toEqual(idle);
});
