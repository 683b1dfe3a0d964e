import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Maintenance, MaintenanceSpec } from "../../../src/api/maintenance.ts";
import type { Lease } from "../../../src/kube/lease.ts";
import { medik8sLeaseNamespace, nodeLeaseName } from "../../../src/kube/medik8s-lease.ts";
import { formatMicroTime } from "../../../src/kube/time.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import { collectionPath, objectPath } from "../fixture/kinds.ts";
import type { PodChoice } from "../fixture/pod-template.ts";
import { type Proxy, startProxy } from "../fixture/proxy.ts";
import { account } from "./permissions/installed.ts";
import { OperatorScene } from "./scene.ts";

// What a Maintenance can ask for, and what only some nodes have on them, under the permissions that are installed. Each test has a node of its
// own, and a namespace by the same name.

const maintenances = "/apis/drydock.dev/v1alpha1/maintenances";
const nodes = ["labels", "consent", "ttl", "orphan", "volume", "scale", "doubt", "lease"] as const;
type Own = (typeof nodes)[number];

let plane: ControlPlane;
let proxy: Proxy;
let attacher: AsyncDisposable;
let scene: OperatorScene;

beforeAll(async () => {
  plane = await startControlPlane({
    audit: "calls",
    // Lists are asked for, and not streamed by watches, as before Kubernetes 1.34.
    featureGates: { WatchList: false },
    // Pods outlive their owners: else nobody would see the moment in which they do.
    controllerManagerFlags: ["--controllers=*,-garbage-collector-controller"],
  });
  await plane.createNodes(nodes.map((name) => ({ name })));
  attacher = await plane.startAttacher();
  const asked = new Set<string>();
  const isFirst = (method: string, path: string): boolean => {
    const hits = method === "POST" && /\/namespaces\/doubt\/pods\/[^/]+\/eviction$/.test(path) && !asked.has(path);
    if (hits) asked.add(path);
    return hits;
  };
  proxy = await startProxy(plane, "doubt", { refuse: { share: 1, with: [500] }, only: isFirst });
  scene = await OperatorScene.install(plane, proxy.server);
  const replica = await scene.start();
  await replica.said('"every object is looked after"');
  await scene.callAt(replica);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await attacher[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

/** Pods that can be on this node only: none of them turns up on the node of another test. */
function at(own: Own, pods: PodChoice = {}): PodChoice {
  return { ...pods, spec: { nodeSelector: { "kubernetes.io/hostname": own } } };
}

async function maintain(own: Own, spec: Omit<MaintenanceSpec, "nodeName"> = {}): Promise<void> {
  const object = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name: own }, spec: { nodeName: own, ...spec } };
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(object) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

async function reaches(own: Own, phase: string): Promise<Maintenance> {
  const { code, stderr } = await plane.kubectl(["wait", `maintenance/${own}`, `--for=jsonpath={.status.phase}=${phase}`, "--timeout=120s"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return await plane.call<Maintenance>("GET", `${maintenances}/${own}`);
}

/** Names of pods on the node, of all namespaces. */
async function podsOn(own: Own): Promise<readonly string[]> {
  const found = await plane.list("pods", { fieldSelector: `spec.nodeName=${own}` });
  return found.map(({ metadata }) => metadata.name).toSorted();
}

async function running(own: Own, name: string, count: number): Promise<void> {
  await plane.podsReady({ namespace: own, labelSelector: `app=${name}` }, count);
}

/** What the operator asked of single pods of this namespace: "get pod", "create eviction", "delete pod". */
async function doneToPods(own: Own): Promise<readonly string[]> {
  const events = await plane.audit();
  return events.flatMap(({ user, verb, objectRef }) => {
    if (user.username !== account || objectRef?.resource !== "pods" || objectRef.namespace !== own) return [];
    return ["get", "create", "delete"].includes(verb) ? [`${verb} ${objectRef.subresource ?? "pod"}`] : [];
  });
}

describe.concurrent("a Maintenance", () => {
  test("leaves the pods that a rule keeps by labels of their namespace", async () => {
    for (const [namespace, name] of [
      ["labels", "kept"],
      ["labels-others", "moved"],
    ] as const) {
      await plane.createDeployment({ name, namespace, replicas: 1, pods: at("labels") });
      await plane.podsReady({ namespace, labelSelector: `app=${name}` }, 1);
    }
    await plane.call("PATCH", objectPath("namespaces", { name: "labels" }), { metadata: { labels: { keeps: "pods" } } });
    await maintain("labels", { drain: { rules: [{ namespaces: { selector: { matchLabels: { keeps: "pods" } } }, action: "stay" }] } });
    await reaches("labels", "Drained");
    expect(await podsOn("labels")).toEqual([expect.stringMatching(/^kept-/)]);
  });

  test("deletes a pod past its budget where it consents to that, and only what the rule names", async () => {
    await plane.createDeployment({ name: "stuck", namespace: "consent", replicas: 1, pods: at("consent") });
    await plane.createDeployment({ name: "free", namespace: "consent", replicas: 1, pods: at("consent") });
    await plane.createBudget({ name: "stuck", namespace: "consent", maxUnavailable: 0 });
    await running("consent", "stuck", 1);
    await running("consent", "free", 1);
    const rules = [{ pods: { matchLabels: { app: "stuck" } }, action: "delete" as const }];
    await maintain("consent", { drain: { rules, allow: ["budget-violation"] } });
    await reaches("consent", "Drained");
    expect(await podsOn("consent")).toEqual([]);
    expect((await doneToPods("consent")).toSorted()).toEqual(["create eviction", "delete pod"]);
  });

  test("goes away by itself once it is over for as long as it says", async () => {
    await maintain("ttl", { ttlAfterFinished: "1s" });
    await reaches("ttl", "Drained");
    await plane.call("PATCH", `${maintenances}/ttl`, { spec: { desired: "In" } });
    const { code, stderr } = await plane.kubectl(["wait", "maintenance/ttl", "--for=delete", "--timeout=60s"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await plane.call<{ readonly spec: object }>("GET", objectPath("nodes", { name: "ttl" }))).spec).not.toHaveProperty(
      "unschedulable",
    );
  });

  test("takes away the pods of a DaemonSet that is no more: nobody would bring them back", async () => {
    await plane.createDaemonSet({ name: "logs", namespace: "orphan", pods: at("orphan") });
    await running("orphan", "logs", 1);
    expect((await plane.kubectl(["delete", "daemonset/logs", "--namespace=orphan"])).code).toBe(0);
    await maintain("orphan");
    await reaches("orphan", "Drained");
    expect(await podsOn("orphan")).toEqual([]);
  });

  test("is Drained once the volumes of its pods are off the node", async () => {
    await plane.createVolume({ namespace: "volume", claim: "disk", detach: 2 });
    await plane.createDeployment({ name: "db", namespace: "volume", replicas: 1, pods: at("volume", { claims: ["disk"] }) });
    await running("volume", "db", 1);
    const attached = await plane.waitFor("volumeattachments", {}, (all) =>
      all.some(({ spec, status }) => spec.nodeName === "volume" && status?.attached === true),
    );
    expect(attached).toHaveLength(1);
    await maintain("volume");
    await reaches("volume", "Drained");
    const left = (await plane.list("volumeattachments")).filter(({ spec }) => spec.nodeName === "volume");
    expect(left).toEqual([]);
  });

  test("is Blocked by budgets that can never allow its pods, as the scale of their owners says, and goes on without them", async () => {
    await plane.createStatefulSet({ name: "store", namespace: "scale", replicas: 1, pods: at("scale") });
    await plane.createReplicaSet({ name: "single", namespace: "scale", replicas: 1, pods: at("scale") });
    for (const name of ["store", "single"]) {
      await plane.createBudget({ name, namespace: "scale", minAvailable: 1 });
      await running("scale", name, 1);
    }
    await maintain("scale");
    const { status } = await reaches("scale", "Blocked");
    expect(status?.blockers?.map(({ code }) => code)).toEqual(["budget-never-allows", "budget-never-allows"]);
    for (const name of ["store", "single"]) await plane.call("DELETE", objectPath("poddisruptionbudgets", { namespace: "scale", name }));
    await reaches("scale", "Drained");
    expect(await podsOn("scale")).toEqual([]);
  });

  test("looks at a pod of which the server could not say whether it goes, before it is asked again", async () => {
    await plane.createDeployment({ name: "web", namespace: "doubt", replicas: 2, pods: at("doubt") });
    await running("doubt", "web", 2);
    await maintain("doubt");
    await reaches("doubt", "Drained");
    expect(proxy.counts.refused).toBe(2);
    expect((await doneToPods("doubt")).toSorted()).toEqual(["create eviction", "create eviction", "get pod", "get pod"]);
  });

  test("takes over the lease of its node that another has let run out", async () => {
    const renewTime = formatMicroTime(realClock.now() - 3_600_000);
    const spec = { holderIdentity: "gone", leaseDurationSeconds: 60, acquireTime: renewTime, renewTime, leaseTransitions: 3 };
    const lease = { namespace: medik8sLeaseNamespace, name: nodeLeaseName("lease") };
    await plane.call("POST", collectionPath("leases", lease.namespace), { metadata: { name: lease.name }, spec });
    await maintain("lease");
    await reaches("lease", "Drained");
    const taken = await plane.call<Lease>("GET", objectPath("leases", lease));
    expect(taken.spec).toMatchObject({ holderIdentity: "node-maintenance", leaseTransitions: 4 });
  });
});

test("nothing that it did was forbidden", async () => {
  expect(await scene.refused()).toEqual([]);
});
