import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultOptions, type ManifestOptions } from "../../src/operator/manifests/options.ts";
import { lasting, manifests } from "../../src/operator/manifests/manifests.ts";
import { printedName } from "../../src/operator/install/resources.ts";
import { maintenanceFinalizer } from "../../src/api/maintenance.ts";
import { ownVersion } from "../../src/cli/own-version.ts";
import type { Node } from "../../src/kube/node.ts";
import { type Ended, startDrydock } from "./drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import type { KubectlResult } from "./fixture/kubectl.ts";
import { chart, comparable, helm, rendered } from "./helm.ts";

// An installation from its first object to its last, as an administrator of a cluster sees it. Pods are played: that they run is not shown here.
let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ audit: "none" });
  await plane.createNodes(2);
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
});

async function drydock(user: string, ...words: readonly string[]): Promise<Ended> {
  return await startDrydock([...words, "--kubeconfig", await plane.kubeconfig(user)], plane.directory).ended;
}

const options = defaultOptions(ownVersion());
const lines = (change: string): string =>
  manifests(options)
    .map((manifest) => `${printedName(manifest)} ${change}\n`)
    .join("");
const annotationsOf = async (node: string): Promise<readonly string[]> =>
  Object.keys((await plane.call<Node>("GET", `/api/v1/nodes/${node}`)).metadata.annotations ?? {});

describe("the chart", () => {
  const variants: readonly (readonly [values: readonly string[], changes: Partial<ManifestOptions>])[] = [
    [[], {}],
    [["replicas=1"], { replicas: 1 }],
    [["webhooks.enabled=false"], { withoutWebhooks: true }],
    [["medik8s.enabled=false"], { withoutMedik8s: true }],
    [["medik8s.enabled=false", "webhooks.enabled=false", "replicas=0"], { withoutMedik8s: true, withoutWebhooks: true, replicas: 0 }],
    [["namespace=elsewhere", "image.repository=a.example/b", "image.tag=c"], { namespace: "elsewhere", image: "a.example/b:c" }],
  ];

  test.concurrent.each(variants)("with %j makes the objects that the command applies, but for the namespace", async (values, changes) => {
    const wished = { ...options, ...changes };
    const others = manifests(wished).filter(({ kind, metadata }) => kind !== "Namespace" || metadata.name !== wished.namespace);
    expect(comparable(await rendered(plane, options.namespace, values))).toEqual(comparable(others));
  });

  test.concurrent("is clean, and refuses values that it does not know", async () => {
    const lint = await helm(plane, "lint", "--strict", chart);
    expect(lint).toMatchObject({ code: 0 });
    const unknown = await helm(plane, "template", "drydock", chart, "--set=replica=3");
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain("replica");
  });
});

test.concurrent("nobody without the rights changes anything, and reads which they are", async () => {
  const { code, stdout, stderr } = await drydock("nobody", "install", "--yes");
  expect(code).toBe(5);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: not permitted: .*create clusterroles.*nothing was changed/m);
});

test.concurrent("a dry run tells what would be done and does nothing", async () => {
  const { code, stdout } = await drydock("admin", "install", "--dry-run=server");
  expect(code).toBe(0);
  expect(stdout).toBe(lines("created (server dry run)"));
  expect((await plane.kubectl(["get", "namespace", options.namespace])).code).toBe(1);
});

test.concurrent("without somebody to ask nothing is done", async () => {
  const { code, stdout, stderr } = await drydock("admin", "install");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^ {2}drydock install --kubeconfig=\S+ --yes$/m);
});

test("every object is taken by the server without a warning, and the operator becomes available", async () => {
  const { code, stdout, stderr } = await drydock("admin", "install", "--yes", "--wait");
  expect(stderr).not.toMatch(/warning|error/i);
  expect(stdout).toBe(lines("created"));
  expect(code).toBe(0);
  expect(stderr).toContain("it runs with 2 replicas");
});

test("a second time nothing changes, and nobody is asked", async () => {
  const { code, stdout } = await drydock("admin", "install");
  expect(stdout).toBe(lines("unchanged"));
  expect(code).toBe(0);
});

test("plain files for kubectl are the same objects", async () => {
  const { stdout } = await drydock("admin", "install", "-o", "yaml");
  const diff = await plane.kubectl(["diff", "--server-side", "--field-manager=drydock", "-f", "-"], { stdin: stdout });
  expect(diff).toMatchObject({ code: 0, stdout: "" });
});

test("its account can make its own kinds anew and read its own Secret, and no others", async () => {
  const account = `--as=system:serviceaccount:${options.namespace}:drydock-operator`;
  const applied = async (name: string, change: (text: string) => string): Promise<KubectlResult> => {
    const [definition] = lasting(options).filter(({ metadata }) => metadata.name === name);
    const words = ["apply", "--server-side", "--field-manager=drydock", account, "-f", "-"];
    return await plane.kubectl(words, { stdin: change(JSON.stringify(definition)) });
  };
  const own = "nodemaintenances.nodemaintenance.medik8s.io";
  await plane.kubectl(["delete", "crd", own]);
  expect(await applied(own, (text) => text)).toMatchObject({ code: 0 });
  const foreign = await applied(own, (text) =>
    text.replaceAll("nodemaintenance", "othermaintenance").replaceAll("NodeMaintenance", "OtherMaintenance"),
  );
  expect(foreign.stderr).toContain("is forbidden");
  const secret = (...words: readonly string[]): Promise<KubectlResult> =>
    plane.kubectl(["-n", options.namespace, "get", "secret", ...words, account]);
  expect(await secret("drydock-webhook-certificate", "-o", "name")).toMatchObject({ code: 0 });
  expect((await secret()).stderr).toContain("forbidden");
});

test("a field that somebody else keeps is not taken over unless told to; parts left out are taken away", async () => {
  await plane.kubectl(["-n", options.namespace, "scale", "deployment", "drydock-operator", "--replicas=3"]);
  const kept = await drydock("admin", "install", "--yes");
  expect(kept).toMatchObject({ code: 2, stdout: "" });
  expect(kept.stderr).toContain(".spec.replicas");
  const taken = await drydock("admin", "install", "--yes", "--force-conflicts", "--without-medik8s");
  expect(taken.stdout).toContain("deployment.apps/drydock-operator configured\n");
  expect(taken.stdout).toContain("validatingwebhookconfiguration.admissionregistration.k8s.io/drydock-nodemaintenance pruned\n");
});

test("a node that is out stops the removal until somebody says what becomes of it", async () => {
  expect((await drydock("admin", "cordon", "node-1")).code).toBe(0);
  const { code, stdout, stderr } = await drydock("admin", "uninstall", "--yes");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/1 node is out; nothing was changed/);
  expect(stderr).toMatch(/^ {2}node-1 {2}held by admin on /m);
  expect((await plane.kubectl(["-n", options.namespace, "get", "deployment", "drydock-operator"])).code).toBe(0);
});

test("what is left out keeps its cordon, and comes with the lines that bring it back", async () => {
  const { code, stdout, stderr } = await drydock("admin", "uninstall", "--yes", "--leave-out");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(
    /validatingwebhookconfiguration.*\n[\s\S]*deployment.apps\/drydock-operator deleted[\s\S]*namespace\/drydock-system deleted/,
  );
  expect(await annotationsOf("node-1")).toContain("drydock.dev/held");
  const cordon = await plane.kubectl(["get", "node", "node-1", "-o", "jsonpath={.spec.unschedulable}"]);
  expect(cordon.stdout).toBe("true");
  expect(stdout).toMatch(/^ {2}kubectl --kubeconfig=\S+ uncordon node-1 &&$/m);
});

test("installed by helm over the kinds that were left, it is what the command would have applied", async () => {
  const installed = await helm(plane, "install", "drydock", chart, "--namespace", options.namespace, "--create-namespace");
  expect(installed).toMatchObject({ code: 0 });
  expect(installed.stdout).toContain("rollout status deployment/drydock-operator");
  const { stdout, stderr } = await drydock("admin", "install", "--dry-run=server");
  const own = `namespace/${options.namespace} `;
  const others = lines("unchanged (server dry run)").split("\n");
  expect({ said: stdout.split("\n"), stderr }).toEqual({ said: others.filter((line) => !line.startsWith(own)), stderr: "" });
});

test("an upgrade and the end of the release leave the kinds and the shared namespace", async () => {
  const kept = async (): Promise<string> => (await plane.kubectl(["get", "crd,namespace,deployment", "-A", "-o", "name"])).stdout;
  expect(await helm(plane, "upgrade", "drydock", chart, "--namespace", options.namespace, "--set=replicas=3")).toMatchObject({ code: 0 });
  expect(await kept()).toContain("deployment.apps/drydock-operator");
  expect(await helm(plane, "uninstall", "drydock", "--namespace", options.namespace)).toMatchObject({ code: 0 });
  const after = await kept();
  expect(after).not.toContain("deployment.apps/drydock-operator");
  for (const name of ["/maintenances.drydock.dev", "/nodemaintenances.nodemaintenance.medik8s.io", "namespace/medik8s-leases"])
    expect(after).toContain(name);
});

test("nodes are brought back, objects are let go, and the kinds go where that is asked for", async () => {
  const metadata = { name: "rack-7", finalizers: [maintenanceFinalizer] };
  const object = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata, spec: { nodeName: "node-2" } };
  expect(await plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(object) })).toMatchObject({ code: 0 });
  const undecided = await drydock("admin", "uninstall", "--delete-crds", "--yes");
  expect(undecided.stderr).toMatch(/^ {2}node-2 {2}held by maintenance\/rack-7$/m);
  const { code, stderr } = await drydock("admin", "uninstall", "--yes", "--return-nodes", "--delete-crds");
  expect(stderr).toContain("node/node-1 returned\n");
  // Helm made it, so it is not ours to delete.
  expect(stderr).toContain("namespace/drydock-system kept: it was there before\n");
  expect(code).toBe(0);
  expect(await annotationsOf("node-1")).not.toContain("drydock.dev/held");
  const { stdout } = await plane.kubectl([
    "get",
    "crd,clusterrole,clusterrolebinding,validatingwebhookconfiguration,namespace",
    "-o",
    "name",
  ]);
  expect(stdout).not.toMatch(/drydock-(?!system)|drydock\.dev|nodemaintenance/);
  expect(stdout).toContain("namespace/medik8s-leases");
});
