import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultOptions } from "../../src/operator/manifests/options.ts";
import { manifests } from "../../src/operator/manifests/manifests.ts";
import { names, webhookPaths } from "../../src/operator/manifests/names.ts";
import type { WebhookConfiguration } from "../../src/operator/serving/ca-injection.ts";
import type { Manifest } from "../../src/operator/manifests/manifest.ts";
import type { Json, KubeObject, StringMap } from "../../src/kube/object.ts";
import type { Status } from "../../src/kube/status.ts";
import type { AuditEvent } from "./fixture/audit.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import type { KubectlResult } from "./fixture/kubectl.ts";
import { type Serving, serveWebhooks } from "./webhooks/serving.ts";

// The API server calls our webhooks: by a Service of type ExternalName, which leads it to a server on loopback, under the names, rules and
// permissions that are installed. By the names of the original's suites: facts of its webhook suite (W), its utils suite (U), end to end (E).

const second = 1_000;
/** The life of an authority and its certificates in seconds, so that all of it passes while the suite runs. */
const lifetimes = { authority: 16 * second, serving: 16 * second, settle: second / 2, backdate: 0 };
const account = `system:serviceaccount:${names.namespace}:${names.operator}`;
const medik8s = "/apis/nodemaintenance.medik8s.io/v1beta1/nodemaintenances";
const own = "/apis/drydock.dev/v1alpha1/maintenances";

let plane: ControlPlane;
let serving: Serving;

const isWebhook = ({ kind }: Manifest): boolean => kind === "ValidatingWebhookConfiguration";
const needed = new Set([
  "CustomResourceDefinition",
  "Namespace",
  "ServiceAccount",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "Secret",
]);

async function apply(objects: readonly object[]): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(list) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

/** As installed, but for the port: here the API server has no kube-proxy between itself and ours. */
function atPort(manifest: Manifest, port: number): object {
  const webhooks = (manifest["webhooks"] ?? []) as unknown as readonly { clientConfig: { service: object } }[];
  return {
    ...manifest,
    webhooks: webhooks.map((each) => ({ ...each, clientConfig: { service: { ...each.clientConfig.service, port } } })),
  };
}

beforeAll(async () => {
  plane = await startControlPlane({
    users: { [account]: ["system:serviceaccounts", `system:serviceaccounts:${names.namespace}`] },
    // What is Ready, and what a budget allows, is said by the test.
    controllerManagerFlags: ["--controllers=-node-lifecycle-controller,-disruption-controller"],
    audit: "calls",
  });
  const all = manifests(defaultOptions("0.0.0"));
  await apply(all.filter(({ kind }) => needed.has(kind)));
  await plane.kubectl(["wait", "--for=condition=Established", "customresourcedefinition", "--all"]);
  serving = await serveWebhooks(await plane.kubeconfig(account), lifetimes);
  const service = { metadata: { name: names.webhook }, spec: { type: "ExternalName", externalName: "localhost" } };
  await plane.call("POST", `/api/v1/namespaces/${names.namespace}/services`, service);
  await apply(all.filter(isWebhook).map((each) => atPort(each, serving.port)));
  await Promise.all([
    node("worker"),
    ...["cp-1", "cp-2", "cp-3"].map((name) => node(name, { "node-role.kubernetes.io/control-plane": "" })),
  ]);
  // The API server hears of Service and configuration by its own watches: until then it stores, or cannot find us.
  for (const path of [medik8s, own])
    while (!(await tried(path, "nowhere")).message?.includes("denied the request")) await plane.call("GET", "/version");
});

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

const ready = (status: "True" | "False"): object => ({ conditions: [{ type: "Ready", status }] });
const node = (name: string, labels: StringMap = {}): Promise<unknown> =>
  plane.call("POST", "/api/v1/nodes", {
    metadata: { name, labels: { "drydock.test/kubelets": "nobody", ...labels } },
    status: ready("True"),
  });
const setStatus = (path: string, status: object): Promise<unknown> => plane.call("PATCH", `${path}/status`, { status });

function object(kind: "Maintenance" | "NodeMaintenance", name: string, nodeName: string, annotations: StringMap = {}): object {
  const apiVersion = kind === "Maintenance" ? "drydock.dev/v1alpha1" : "nodemaintenance.medik8s.io/v1beta1";
  return { apiVersion, kind, metadata: { name, annotations }, spec: { nodeName } };
}

/** What the API server says to a creation that is not carried out. */
async function tried(path: string, nodeName: string): Promise<Status> {
  const kind = path === own ? "Maintenance" : "NodeMaintenance";
  return (await plane.request<Status>("POST", `${path}?dryRun=All`, object(kind, "tried", nodeName))).body;
}

const create = (...o: Parameters<typeof object>): Promise<KubectlResult> =>
  plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(object(...o)) });
const denied = (webhook: string, message: string): string =>
  `Error from server (Forbidden): error when creating "STDIN": admission webhook "${webhook}" denied the request: ${message}\n`;
const nm = (message: string): string => denied("vnodemaintenance.kb.io", message);
const mt = (message: string): string => denied("maintenance.drydock.dev", message);
const remove = (plural: string, name: string): Promise<KubectlResult> => plane.kubectl(["delete", plural, name]);

/** Asks about nodes all the time, each answer as soon as the one before came, until `until` resolves; what was not the refusal it must be. */
async function asking(until: Promise<unknown>): Promise<{ readonly asked: number; readonly wrong: readonly string[] }> {
  let over = false;
  void until.then(() => {
    over = true;
  });
  const wrong: string[] = [];
  let asked = 0;
  for (; !over; asked += 1) {
    const { message = "" } = await tried(medik8s, "miss");
    if (message !== 'admission webhook "vnodemaintenance.kb.io" denied the request: invalid nodeName, no node with name miss found')
      wrong.push(message);
  }
  return { asked, wrong };
}

describe("NodeMaintenance is refused as by the original, as kubectl shows it", () => {
  test("W1, E4: a node that does not exist", async () => {
    expect((await create("NodeMaintenance", "a", "miss")).stderr).toBe(nm("invalid nodeName, no node with name miss found"));
  });

  test("W2, W8: a second object for the node, and another nodeName; reason and labels are free", async () => {
    expect(await create("NodeMaintenance", "a", "worker")).toMatchObject({ code: 0, stderr: "" });
    expect((await create("NodeMaintenance", "b", "worker")).stderr).toBe(
      nm("invalid nodeName, a NodeMaintenance for node worker already exists"),
    );
    const patch = (body: object) => plane.kubectl(["patch", "nm", "a", "--type=merge", "-p", JSON.stringify(body)]);
    expect((await patch({ spec: { nodeName: "cp-1" } })).stderr).toBe(
      `Error from server (Forbidden): admission webhook "vnodemaintenance.kb.io" denied the request: updating spec.NodeName isn't allowed\n`,
    );
    expect((await patch({ spec: { reason: "new fans" } })).code).toBe(0);
    await remove("nm", "a");
  });

  test("U1: without OpenShift's group a control-plane node is judged by what the API shows", async () => {
    expect((await create("NodeMaintenance", "a", "cp-1")).code).toBe(0);
    await setStatus("/api/v1/nodes/cp-2", ready("False"));
    const counted = "of 3 control-plane nodes 0 would stay up and 2 are needed (cp-1 is to go out by nodemaintenance/a, cp-2 is not Ready)";
    const sentence = "can not put master/control-plane node into maintenance at this moment, disrupting node cp-3 will violate etcd quorum";
    expect((await create("NodeMaintenance", "b", "cp-3")).stderr).toBe(nm(`${sentence}: ${counted}`));
    const overridden = await create("NodeMaintenance", "b", "cp-3", { "drydock.dev/override-quorum": "lab" });
    expect(overridden).toMatchObject({
      code: 0,
      stderr: `Warning: the quorum check is overridden (drydock.dev/override-quorum: lab): ${counted}\n`,
    });
    await setStatus("/api/v1/nodes/cp-2", ready("True"));
    await Promise.all(["a", "b"].map((name) => remove("nm", name)));
  });

  test("an override stands in the audit log, with the reason", async () => {
    const annotated = (await plane.audit()) as readonly (AuditEvent & { readonly annotations?: StringMap })[];
    const audited = annotated
      .map(({ annotations }) => annotations?.["vnodemaintenance.kb.io/quorum-override"])
      .filter((each) => each !== undefined);
    expect(audited).toEqual(["lab"]);
  });
});

describe("a Maintenance", () => {
  test("is refused for an unknown node and beside another, and allowed with a word beside a NodeMaintenance", async () => {
    expect((await create("Maintenance", "x", "miss")).stderr).toBe(
      mt("there is no node miss: spec.nodeName is the name that kubectl get nodes shows"),
    );
    expect(await create("NodeMaintenance", "a", "worker")).toMatchObject({ code: 0, stderr: "" });
    expect(await create("Maintenance", "x", "worker")).toMatchObject({
      code: 0,
      stderr: "Warning: nodemaintenance/a takes worker out too: the node comes back when both have let it go\n",
    });
    expect((await create("Maintenance", "y", "worker")).stderr).toBe(
      mt("node worker has maintenance/x already: change that one, or bring the node back first with drydock return worker"),
    );
    await Promise.all([remove("nm", "a"), remove("mt", "x")]);
  });
});

describe("on OpenShift", () => {
  const etcd = "/api/v1/namespaces/openshift-etcd";
  const budgets = "/apis/policy/v1/namespaces/openshift-etcd/poddisruptionbudgets";
  const allowed = async (name: string, disruptionsAllowed: number): Promise<void> => {
    const counts = { currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 };
    await setStatus(`${budgets}/${name}`, { ...counts, disruptionsAllowed });
  };
  const budget = async (name: string): Promise<void> => {
    const selector = { matchLabels: { app: "guard" } };
    await plane.call("POST", budgets, { metadata: { name }, spec: { minAvailable: 2, selector } });
    await allowed(name, 0);
  };
  const guard = async (nodeName: string): Promise<void> => {
    const spec = { nodeName, containers: [{ name: "guard", image: "guard" }] };
    await plane.call("POST", `${etcd}/pods`, { metadata: { name: `etcd-guard-${nodeName}`, labels: { app: "guard" } }, spec });
  };
  const violates = nm(
    "can not put master/control-plane node into maintenance at this moment, disrupting node cp-1 will violate etcd quorum",
  );
  const asked = async (): Promise<string> => {
    const { code, stderr } = await create("NodeMaintenance", "w", "cp-1");
    if (code === 0) await remove("nm", "w");
    return stderr;
  };

  beforeAll(async () => {
    const group = "config.openshift.io";
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    await apply([
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `clusterversions.${group}`, annotations: { "api-approved.kubernetes.io": "unapproved, a test" } },
        spec: {
          group,
          scope: "Cluster",
          names: { plural: "clusterversions", kind: "ClusterVersion" },
          versions: [{ name: "v1", served: true, storage: true, schema }],
        },
      },
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "openshift-etcd" } },
    ]);
    await plane.kubectl(["wait", "--for=condition=Established", "customresourcedefinition", `clusterversions.${group}`]);
    // Established is not listed yet: discovery is told by another controller of the API server.
    while (!(await plane.call<{ groups: readonly { name: string }[] }>("GET", "/apis")).groups.some(({ name }) => name === group));
  });

  test("W7: no budget", async () => {
    expect(await asked()).toBe(violates);
  });

  test("W5: no disruption left, no guard pod on the node", async () => {
    await budget("etcd-guard-pdb");
    await guard("cp-2");
    expect(await asked()).toBe("");
  });

  test("W4, E2, E3: no disruption left, the node's guard pod is Ready", async () => {
    await guard("cp-1");
    await setStatus(`${etcd}/pods/etcd-guard-cp-1`, ready("True"));
    expect(await asked()).toBe(violates);
  });

  test("W3: no disruption left, the node's guard pod is not Ready", async () => {
    await setStatus(`${etcd}/pods/etcd-guard-cp-1`, ready("False"));
    expect(await asked()).toBe("");
  });

  test("W6, E1: a disruption is allowed", async () => {
    await setStatus(`${etcd}/pods/etcd-guard-cp-1`, ready("True"));
    await allowed("etcd-guard-pdb", 1);
    expect(await asked()).toBe("");
  });
});

describe("certificates", () => {
  const caBundles = async (): Promise<readonly (string | undefined)[]> =>
    await Promise.all(
      [names.maintenanceWebhook, names.nodeMaintenanceWebhook].map(async (name) => {
        const at = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`;
        return (await plane.call<WebhookConfiguration>("GET", at)).webhooks?.[0]?.clientConfig.caBundle;
      }),
    );

  test("a whole life of an authority goes by, and every request in it is answered", async () => {
    const { asked, wrong } = await asking(serving.renewed);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(0);
    expect(new Set(serving.served.map(({ certificate }) => certificate)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(serving.served.map(({ bundle }) => bundle)).size).toBeGreaterThanOrEqual(2);
  });

  test("authorities that somebody removes are back", async () => {
    const all = manifests(defaultOptions("0.0.0")).filter(isWebhook);
    const { code } = await plane.kubectl(["replace", "-f", "-"], {
      stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items: all.map((each) => atPort(each, serving.port)) }),
    });
    expect(code).toBe(0);
    const configurations = [names.maintenanceWebhook, names.nodeMaintenanceWebhook].map((name) => `validatingwebhookconfiguration/${name}`);
    await plane.kubectl(["wait", "--for=jsonpath={.webhooks[0].clientConfig.caBundle}", ...configurations]);
    while (!(await tried(own, "miss")).message?.includes("denied the request"));
    expect(await caBundles()).not.toContain(undefined);
  });

  test("all of it under the permissions that are installed, and no secret in the log", () => {
    expect(serving.lines.join("")).not.toMatch(/forbidden|BEGIN/i);
  });
});

describe("with no operator to answer", () => {
  const finalizer = "foregroundDeleteNodeMaintenance";
  const at = `${medik8s}/a`;

  test("a creation and a change of the spec are refused in the server's words, all that ends a maintenance goes on", async () => {
    expect((await create("NodeMaintenance", "a", "worker")).code).toBe(0);
    await plane.call("PATCH", at, { metadata: { finalizers: [finalizer] } });
    await serving.die();
    const address = `https://${names.webhook}.${names.namespace}.svc:${serving.port}${webhookPaths.nodeMaintenance}?timeout=5s`;
    const dead = await create("NodeMaintenance", "b", "cp-1");
    const failed = `Error from server (InternalError): error when creating "STDIN": Internal error occurred: failed calling webhook`;
    const [words, network] = dead.stderr.split(": dial tcp ");
    expect(words).toBe(`${failed} "vnodemaintenance.kb.io": failed to call webhook: Post "${address}"`);
    expect(network).toContain("connection refused");
    const changed = await plane.request<Status>("PATCH", at, { spec: { reason: "late" } });
    expect(changed).toMatchObject({ status: 500, body: { reason: "InternalError" } });

    await setStatus(at, { phase: "Running", totalpods: 3 });
    await plane.call("PATCH", at, { metadata: { labels: { still: "works" } } });
    await plane.call("DELETE", at);
    const leaving = await plane.call<KubeObject & { readonly status?: Json }>("GET", at);
    expect(leaving).toMatchObject({
      status: { phase: "Running", totalpods: 3 },
      metadata: { finalizers: [finalizer], labels: { still: "works" } },
    });
    await plane.call("PATCH", at, { metadata: { finalizers: [] } });
    expect((await plane.request("GET", at)).status).toBe(404);
    expect((await plane.kubectl(["cordon", "worker"])).code).toBe(0);
  });
});
