import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import { type KubectlResult, runKubectl } from "./fixture/kubectl.ts";

const root = resolve(import.meta.dirname, "../..");

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** The roles as a reader would copy them. */
const roles = [...readFileSync(join(root, "docs/permissions.md"), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  ([, text = ""]) => parse(text) as Role,
);

let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane({ users: Object.fromEntries(roles.map(({ metadata }) => [metadata.name, []])) });
  await cluster.createNodes(
    roles.flatMap((_, at) => [`node-${at + 1}`, `spare-${at + 1}`].map((name) => ({ name, labels: { shop: `node-${at + 1}` } }))),
  );
  await cluster.createDaemonSet({ name: "proxy", namespace: "kube-system" });
  await cluster.podsReady({ namespace: "kube-system", labelSelector: "app=proxy" }, 2 * roles.length);
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  for (const role of roles) {
    const { name } = role.metadata;
    await cluster.call("POST", `${rbac}/clusterroles`, role);
    await cluster.call("POST", `${rbac}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
    });
  }
});

afterAll(() => cluster[Symbol.asyncDispose]());

/** Two pods under a budget that lets one go at a time, on the node and with another to go to, in a namespace of the role's own. */
async function shop(role: string, node: string): Promise<void> {
  const at = { name: "api", namespace: role };
  await cluster.createBudget({ ...at, maxUnavailable: 1 });
  await cluster.createReplicaSet({ ...at, replicas: 2, on: [node], pods: { ready: 1, gone: 1, spec: { nodeSelector: { shop: node } } } });
  await cluster.podsReady({ namespace: role }, 2);
}

async function drydock(role: string, ...args: string[]): Promise<KubectlResult> {
  return await runKubectl(process.execPath, cluster.directory, await cluster.kubeconfig(role), [inject("drydock"), ...args], {});
}

describe.concurrent("the roles of docs/permissions.md", () => {
  it("are the ones that are tested", () => {
    // The last of them is tested where an operator works: operator/by-object.test.ts.
    const names = ["drydock-drain", "drydock-drain-least", "drydock-preview", "drydock-maintain"];
    expect(roles.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it("drydock-drain: a drain under a budget, proven, without a word about permissions, and back", async () => {
    await shop("drydock-drain", "node-1");
    const drained = await drydock("drydock-drain", "drain", "node-1", "--ignore-daemonsets");
    expect(drained).toMatchObject({ code: 0, stdout: expect.stringContaining("node/node-1 drained") });
    expect(drained.stderr).not.toMatch(/permi|may not|not all of it/);
    expect(await drydock("drydock-drain", "uncordon", "node-1")).toMatchObject({ code: 0, stdout: "node/node-1 uncordoned\n" });
  });

  it("drydock-drain-least: the same drain ends too, and says what it could not see", async () => {
    await shop("drydock-drain-least", "node-2");
    const drained = await drydock("drydock-drain-least", "drain", "node-2", "--ignore-daemonsets");
    expect(drained).toMatchObject({ code: 0, stdout: expect.stringContaining("node/node-2 drained") });
    expect(drained.stderr).toContain("pods may not be watched: read every 5 s instead");
    expect(drained.stderr).toContain("nodes may not be watched: read every 5 s instead");
    expect(drained.stderr).toContain("may not list poddisruptionbudgets.policy");
    expect(drained.stderr.match(/not checked: may not list services/g)).toHaveLength(1);
  });

  it("drydock-preview: the whole plan without a warning, and no drain", async () => {
    await shop("drydock-preview", "node-3");
    const preview = await drydock("drydock-preview", "preview", "node-3");
    expect(preview).toMatchObject({ code: 0, stdout: expect.stringContaining("drydock-preview/api") });
    expect(preview.stdout).not.toContain("warning");
    const refused = await drydock("drydock-preview", "drain", "node-3", "--ignore-daemonsets");
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining("not permitted") });
  });
});
