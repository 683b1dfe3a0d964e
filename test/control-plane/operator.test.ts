import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Maintenance } from "../../src/api/maintenance.ts";
import type { NodeMaintenance } from "../../src/api/node-maintenance.ts";
import type { Lease } from "../../src/kube/lease.ts";
import type { Node } from "../../src/kube/node.ts";
import { formatMicroTime } from "../../src/kube/time.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import type { CoreEvent } from "./fixture/kinds.ts";
import type { KubectlResult } from "./fixture/kubectl.ts";
import { account } from "./operator/permissions/installed.ts";
import { OperatorScene, type Replica } from "./operator/scene.ts";

// The operator as it is installed: processes of its own, as its ServiceAccount under its own permissions, its webhooks called by the API server.
// E1 to E5 are the Node Maintenance Operator's end-to-end suite (test/e2e/node_maintenance_test.go).

const medik8s = "/apis/nodemaintenance.medik8s.io/v1beta1/nodemaintenances";
const own = "/apis/drydock.dev/v1alpha1/maintenances";
const controlPlane = { "node-role.kubernetes.io/control-plane": "" };
const drain = { key: "medik8s.io/drain", effect: "NoSchedule" };
const mirror = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

let plane: ControlPlane;
let scene: OperatorScene;
let leader: Replica;
let standby: Replica;

beforeAll(async () => {
  plane = await startControlPlane({ audit: "calls" });
  const taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" as const }];
  await plane.createNodes([
    ...["worker-1", "worker-2", "worker-3", "worker-4"].map((name) => ({ name })),
    ...["cp-1", "cp-2", "cp-3"].map((name) => ({ name, labels: controlPlane, taints })),
  ]);
  scene = await OperatorScene.install(plane);
  leader = await scene.start();
  await leader.said('"every object is looked after"');
  standby = await scene.start();
  // So that the webhook is there while the leader ends.
  await scene.callAt(standby);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

const node = (name: string): Promise<Node> => plane.call("GET", `/api/v1/nodes/${name}`);
const nm = (name: string): Promise<NodeMaintenance> => plane.call("GET", `${medik8s}/${name}`);
const leaseOf = (name: string) => plane.request<Lease>("GET", `/apis/coordination.k8s.io/v1/namespaces/medik8s-leases/leases/node-${name}`);

/** What anybody may have changed of a node; what the control plane writes there by itself is left out. */
async function marks(name: string): Promise<object> {
  const { spec, metadata } = await node(name);
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !key.startsWith("node.alpha.kubernetes.io/"));
  return { spec: { taints: [], ...spec }, labels: metadata.labels, annotations: Object.fromEntries(annotations) };
}

function create(kind: "Maintenance" | "NodeMaintenance", name: string, nodeName: string): Promise<KubectlResult> {
  const apiVersion = kind === "Maintenance" ? "drydock.dev/v1alpha1" : "nodemaintenance.medik8s.io/v1beta1";
  return plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify({ apiVersion, kind, metadata: { name }, spec: { nodeName } }) });
}

async function reaches(object: string, phase: string): Promise<void> {
  const { code, stderr } = await plane.kubectl(["wait", object, `--for=jsonpath={.status.phase}=${phase}`, "--timeout=120s"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

/** The reasons of all events about an object, once these are among them. */
async function told(name: string, ...reasons: readonly string[]): Promise<readonly string[]> {
  const reasonsOf = (events: readonly CoreEvent[]): readonly string[] => events.map(({ reason = "" }) => reason);
  const at = { namespace: "default", fieldSelector: `involvedObject.name=${name}` };
  return reasonsOf(await plane.waitFor("events", at, (events) => reasons.every((reason) => reasonsOf(events).includes(reason))));
}

describe("a NodeMaintenance", () => {
  test.concurrent("E5: takes a worker out with its lease, and leaves nothing of itself", async () => {
    const pods = { ready: 1, gone: 4, grace: 80 };
    await plane.createDeployment({ name: "web", namespace: "test", replicas: 2, on: ["worker-1"], pods });
    await plane.podsReady({ namespace: "test", labelSelector: "app=web" }, 2);
    const before = await marks("worker-1");
    expect(await create("NodeMaintenance", "e5", "worker-1")).toMatchObject({ code: 0, stderr: "" });
    const twice = await create("NodeMaintenance", "e5-again", "worker-1");
    expect(twice.stderr).toContain("invalid nodeName, a NodeMaintenance for node worker-1 already exists");
    const moved = await plane.kubectl(["patch", "nm", "e5", "--type=merge", "-p", '{"spec":{"nodeName":"worker-4"}}']);
    expect(moved.stderr).toContain("updating spec.NodeName isn't allowed");
    await told("e5", "BeginMaintenance");
    await reaches("nm/e5", "Succeeded");
    const { status, metadata } = await nm("e5");
    expect(status).toMatchObject({ drainProgress: 100, evictionPods: 2, totalpods: 2 });
    expect(status).not.toHaveProperty("lastError");
    expect(metadata.finalizers).toEqual(["foregroundDeleteNodeMaintenance"]);
    const { spec } = await node("worker-1");
    expect(spec).toMatchObject({ unschedulable: true });
    expect(spec?.taints).toEqual(expect.arrayContaining([expect.objectContaining(drain), expect.objectContaining(mirror)]));
    const { body: lease } = await leaseOf("worker-1");
    expect(lease.spec).toMatchObject({ holderIdentity: "node-maintenance", leaseDurationSeconds: 3_600, leaseTransitions: 0 });
    expect(lease.spec?.renewTime).toBe(lease.spec?.acquireTime);
    await told("e5", "SucceedMaintenance");
    const left = await plane.list("pods", { namespace: "test", labelSelector: "app=web", fieldSelector: "spec.nodeName=worker-1" });
    expect(left).toEqual([]);
    expect((await plane.kubectl(["delete", "nm", "e5", "--timeout=60s"])).code).toBe(0);
    expect(await marks("worker-1")).toEqual(before);
    expect((await leaseOf("worker-1")).status).toBe(404);
    const reasons = await told("e5", "BeginMaintenance", "SucceedMaintenance", "RemovedMaintenance");
    for (const reason of ["BeginMaintenance", "SucceedMaintenance", "RemovedMaintenance"])
      expect(reasons.filter((one) => one === reason)).toHaveLength(1);
    expect((await told("worker-1", "UncordonNode")).filter((one) => one === "UncordonNode")).toHaveLength(1);
    await plane.podsReady({ namespace: "test", labelSelector: "app=web" }, 2);
  });

  test.concurrent("E4: of a node that does not exist is refused, and nothing is told", async () => {
    const { stderr } = await create("NodeMaintenance", "e4", "nowhere");
    expect(stderr).toContain('"vnodemaintenance.kb.io" denied the request: invalid nodeName, no node with name nowhere found');
    expect(await plane.list("events", { namespace: "default", fieldSelector: "involvedObject.name=e4" })).toEqual([]);
  });

  test.concurrent("E1, E3: of the first of three control-plane nodes is accepted, of the second it is refused", async () => {
    expect(await create("NodeMaintenance", "e1", "cp-1")).toMatchObject({ code: 0 });
    await told("e1", "BeginMaintenance");
    await reaches("nm/e1", "Succeeded");
    const { stderr } = await create("NodeMaintenance", "e3", "cp-2");
    expect(stderr).toContain(
      "can not put master/control-plane node into maintenance at this moment, disrupting node cp-2 will violate etcd quorum",
    );
    expect(await plane.list("events", { namespace: "default", fieldSelector: "involvedObject.name=e3" })).toEqual([]);
    expect((await plane.kubectl(["delete", "nm", "e1", "--timeout=60s"])).code).toBe(0);
  });
});

test.concurrent("C8, C9: a NodeMaintenance whose lease another holds waits, and goes on at once when it is given back", async () => {
  const time = formatMicroTime(realClock.now());
  const spec = { holderIdentity: "NodeHealthCheck-a", leaseDurationSeconds: 600, acquireTime: time, renewTime: time, leaseTransitions: 0 };
  const leases = "/apis/coordination.k8s.io/v1/namespaces/medik8s-leases/leases";
  await plane.call("POST", leases, { metadata: { name: "node-worker-4" }, spec });
  expect(await create("NodeMaintenance", "c8", "worker-4")).toMatchObject({ code: 0 });
  expect((await plane.kubectl(["wait", "nm/c8", "--for=jsonpath={.status.lastError}", "--timeout=60s"])).code).toBe(0);
  const { status } = await nm("c8");
  expect(status).toMatchObject({ phase: "Running", lastError: expect.stringContaining("held by different owner: NodeHealthCheck-a") });
  expect((await node("worker-4")).spec?.unschedulable).toBeUndefined();
  await plane.call("DELETE", `${leases}/node-worker-4`);
  await reaches("nm/c8", "Succeeded");
  expect((await leaseOf("worker-4")).body.spec).toMatchObject({ holderIdentity: "node-maintenance" });
  expect((await plane.kubectl(["delete", "nm", "c8", "--timeout=60s"])).code).toBe(0);
});

test.concurrent("a Maintenance takes its node out and back", async () => {
  await plane.createDeployment({ name: "shop", namespace: "shop", replicas: 2, on: ["worker-2"], pods: { ready: 1, gone: 1 } });
  await plane.createDaemonSet({ name: "logs", namespace: "kube-system" });
  await plane.createBudget({ name: "shop", namespace: "shop", maxUnavailable: 1 });
  await plane.podsReady({ namespace: "shop", labelSelector: "app=shop" }, 2);
  const before = await marks("worker-2");
  expect(await create("Maintenance", "os-patch", "worker-2")).toMatchObject({ code: 0, stderr: "" });
  await reaches("maintenance/os-patch", "Drained");
  const { status } = await plane.call<Maintenance>("GET", `${own}/os-patch`);
  // A replacement from another scene may have come here before the cordon.
  expect(status?.progress).toMatchObject({ left: 0, percent: 100 });
  expect(status?.progress?.done).toBeGreaterThanOrEqual(2);
  expect((await plane.kubectl(["patch", "maintenance", "os-patch", "--type=merge", "-p", '{"spec":{"desired":"In"}}'])).code).toBe(0);
  await reaches("maintenance/os-patch", "Finished");
  expect(await marks("worker-2")).toEqual(before);
  expect((await plane.kubectl(["delete", "maintenance", "os-patch", "--timeout=60s"])).code).toBe(0);
});

test("what the Node Maintenance Operator began is left to it while it leads, and then taken over with all that it did", async () => {
  const before = await marks("worker-4");
  await plane.createNamespace("node-maintenance");
  const renewTime = formatMicroTime(realClock.now());
  const spec = { holderIdentity: "nmo", leaseDurationSeconds: 600, acquireTime: renewTime, renewTime };
  const leases = "/apis/coordination.k8s.io/v1/namespaces/node-maintenance/leases";
  await plane.call("POST", leases, { metadata: { name: "135b1886.medik8s.io" }, spec });
  await leader.said("NodeMaintenances are left to the Node Maintenance Operator");
  expect((await create("NodeMaintenance", "old", "worker-4")).code).toBe(0);
  await plane.call("PATCH", `${medik8s}/old`, { metadata: { finalizers: ["foregroundDeleteNodeMaintenance"] } });
  await plane.call("PATCH", `${medik8s}/old/status`, { status: { phase: "Succeeded", drainProgress: 100, totalpods: 3, evictionPods: 2 } });
  const labels = { "remediation.medik8s.io/exclude-from-remediation": "true" };
  await plane.call("PATCH", "/api/v1/nodes/worker-4", { metadata: { labels }, spec: { unschedulable: true, taints: [mirror, drain] } });
  expect((await nm("old")).status).not.toHaveProperty("observedGeneration");
  await plane.call("DELETE", `${leases}/135b1886.medik8s.io`);
  const known = await plane.kubectl(["wait", "nm/old", "--for=jsonpath={.status.adopted}=true", "--timeout=60s"]);
  expect(known.code).toBe(0);
  await reaches("nm/old", "Succeeded");
  expect((await nm("old")).status).toMatchObject({ totalpods: 3, evictionPods: 2 });
  expect((await plane.kubectl(["delete", "nm", "old", "--timeout=60s"])).code).toBe(0);
  expect(await marks("worker-4")).toEqual(before);
  expect(await told("old", "RemovedMaintenance")).not.toContain("BeginMaintenance");
});

describe("another replica goes on", () => {
  const since = (start: number): string => `${((realClock.monotonic() - start) / 1000).toFixed(1)} s`;

  test("at once where the leader is told to end", async () => {
    await plane.createDeployment({ name: "kept", namespace: "kept", replicas: 1, on: ["worker-3"] });
    await plane.createBudget({ name: "kept", namespace: "kept", maxUnavailable: 0 });
    await plane.podsReady({ namespace: "kept", labelSelector: "app=kept" }, 1);
    expect(await create("NodeMaintenance", "moving", "worker-3")).toMatchObject({ code: 0 });
    const stuck = await plane.kubectl(["wait", "nm/moving", "--for=jsonpath={.status.lastError}", "--timeout=60s"]);
    expect(stuck.code).toBe(0);
    expect((await nm("moving")).status?.lastError).toContain("budget kept");
    const leads = '"msg":"leads"';
    expect(standby.written()).not.toContain(leads);
    const start = realClock.monotonic();
    leader.signal("SIGTERM");
    await standby.said(leads);
    process.stdout.write(`the lead was handed over in ${since(start)}\n`);
    expect((await leader.ended).code).toBe(0);
    await plane.call("DELETE", "/apis/policy/v1/namespaces/kept/poddisruptionbudgets/kept");
    await reaches("nm/moving", "Succeeded");
    expect((await told("moving", "SucceedMaintenance")).filter((reason) => reason === "BeginMaintenance")).toHaveLength(1);
  });

  test("when the lease of one that was killed has run out", async () => {
    const third = await scene.start();
    await scene.callAt(third);
    const start = realClock.monotonic();
    standby.signal("SIGKILL");
    await third.said('"msg":"leads"');
    process.stdout.write(`the lead of a killed process was taken over in ${since(start)}\n`);
    expect((await plane.kubectl(["delete", "nm", "moving", "--timeout=60s"])).code).toBe(0);
    expect((await node("worker-3")).spec?.unschedulable).toBeUndefined();
    expect((await leaseOf("worker-3")).status).toBe(404);
  });
});

test("nothing that it did was forbidden", async () => {
  const events = await plane.audit();
  expect(events.some(({ user }) => user.username === account)).toBe(true);
  expect(await scene.refused()).toEqual([]);
});
