import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ownVersion } from "../../../src/cli/own-version.ts";
import { webhookPaths } from "../../../src/operator/manifests/names.ts";
import { type Ended, startDrydock } from "../drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";

// What is there beside us, and what is sent to us, as a real API server tells it. No operator runs here.
const namespace = "nmo";
const deployment = "node-maintenance-operator-controller-manager";
const secret = "hunter2-of-a-secret";
let plane: ControlPlane;

async function drydock(...words: readonly string[]): Promise<Ended> {
  return await startDrydock([...words, "--kubeconfig", await plane.kubeconfig("admin")], plane.directory).ended;
}

async function apply(...objects: readonly object[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(["apply", "-f", "-"], {
    stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

beforeAll(async () => {
  plane = await startControlPlane({ audit: "none" });
  const [node = ""] = await plane.createNodes(1);
  expect((await drydock("install", "--yes", "--without-webhooks")).code).toBe(0);
  const labels = { app: "nmo" };
  const container = { name: "manager", image: "nmo", env: [{ name: "PASSWORD", value: secret }] };
  const webhook = {
    name: "vnodemaintenance.kb.io",
    clientConfig: { service: { namespace, name: "webhook", path: webhookPaths.nodeMaintenance } },
    rules: [{ apiGroups: ["none.example"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["none"] }],
    failurePolicy: "Ignore",
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  };
  await apply(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "Secret", metadata: { name: "planted", namespace: "drydock-system" }, stringData: { password: secret } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: deployment, namespace },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    },
    {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "135b1886.medik8s.io", namespace },
      spec: { holderIdentity: "nmo_1", leaseDurationSeconds: 15, renewTime: "2026-01-05T09:00:00.000000Z" },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "theirs" },
      webhooks: [webhook],
    },
    {
      apiVersion: "nodemaintenance.medik8s.io/v1beta1",
      kind: "NodeMaintenance",
      metadata: { name: "rack-7" },
      spec: { nodeName: node, reason: `see http://jane:${secret}@tickets` },
    },
  );
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
});

test("the Node Maintenance Operator is found with its objects, and OLM need not be served for that", async () => {
  const { code, stdout, stderr } = await drydock("adopt", "nmo", "-o", "json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    installedByOlm: false,
    leaders: [{ namespace, holder: "nmo_1", isFresh: false }],
    deployments: [{ namespace, name: deployment, replicas: 1 }],
    definition: "plain",
    webhooks: [{ name: "theirs" }],
    drydock: [{ name: "drydock-operator" }],
    objects: [{ name: "rack-7", nodeExists: true, cordoned: false, becomes: "goes-on" }],
    notRead: [],
  });
});

/** Of what a bundle reads, all but logs. */
const readable = [
  "clusterroles",
  "customresourcedefinitions",
  "deployments",
  "events",
  "leases",
  "maintenances",
  "nodemaintenances",
  "nodes",
  "poddisruptionbudgets",
  "pods",
  "roles",
  "validatingwebhookconfigurations",
];

describe("a support bundle", () => {
  beforeAll(async () => {
    await plane.podsReady({ namespace: "drydock-system", labelSelector: "app.kubernetes.io/name=drydock" }, 2);
  });

  test("has the objects and no secret; that no kubelet gives a log is said, and keeps nothing else out", async () => {
    const file = join(plane.directory, "bundle.tar.gz");
    const { code, stdout, stderr } = await drydock("support-bundle", "--file", file, "--quiet");
    expect({ code, stdout }).toEqual({ code: 6, stdout: `${file}\n` });
    // Nodes are played here: nobody listens at the address of their kubelets.
    const lines = stderr.trim().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^Warning: not in it: log of drydock-operator-\S+\/operator \(.+ \(asked of node \S+\)\)$/);
    const text = execFileSync("tar", ["-xzOf", file]).toString("utf8");
    expect(text).toContain(`Support bundle of Drydock ${ownVersion()}`);
    expect(text).toContain("There is no log of the operator in it.");
    expect(text).toContain('"name": "rack-7"');
    expect(text).toMatch(/"name": "drydock-operator-\S+"/);
    expect(text).not.toContain(secret);
  });

  test("goes to stdout where that is asked for", async () => {
    const words = [inject("drydock"), "support-bundle", "--file=-", "-q", "--kubeconfig", await plane.kubeconfig("admin")];
    const { status, stdout } = spawnSync(process.execPath, words, { cwd: plane.directory, env: { HOME: plane.directory } });
    expect(status).toBe(6);
    expect(execFileSync("tar", ["-tzf", "-"], { input: stdout }).toString("utf8")).toMatch(/^drydock-support-\S+\/README.txt$/m);
  });

  test("names the right that is missing where logs may not be read", async () => {
    await apply(
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "all-but-logs" },
        rules: [{ apiGroups: ["*"], resources: readable, verbs: ["get", "list"] }],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "all-but-logs" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "all-but-logs" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "viewer" }],
      },
    );
    const file = join(plane.directory, "viewer.tar.gz");
    const words = ["support-bundle", "--file", file, "-q", "--kubeconfig", await plane.kubeconfig("viewer")];
    const { code, stderr } = await startDrydock(words, plane.directory).ended;
    expect(code).toBe(6);
    expect(stderr).toMatch(
      /^Warning: not in it: pods\/log \(pods "drydock-operator-\S+" is forbidden: User "viewer" cannot get resource "pods\/log" .*; missing: get pods\/log in namespace drydock-system\)\n$/,
    );
    expect(execFileSync("tar", ["-xzOf", file]).toString("utf8")).toContain('"name": "rack-7"');
  });
});
