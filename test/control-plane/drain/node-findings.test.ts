import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Node } from "../../../src/kube/node.ts";
import { formatTime } from "../../../src/kube/time.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import type { AuditEvent } from "../fixture/audit.ts";
import { startProxy } from "../fixture/proxy.ts";
import { ndjson } from "./drydock.ts";
import { type Scene, type Stage, startStage } from "./scene.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

interface FoundFinding {
  readonly code: string;
  readonly severity: string;
  readonly objects: readonly string[];
  readonly message: string;
}

/** What a preview finds of the nodes, and its hash. */
async function preview(scene: Scene, ...args: string[]): Promise<{ readonly findings: readonly FoundFinding[]; readonly hash: string }> {
  const { stdout, stderr } = await scene.drydock("preview", ...args, "-o", "json");
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as { readonly findings: readonly FoundFinding[]; readonly hash: string };
}

/** Findings of this code in the events of a drain, or in a preview. */
const of = (code: string, { findings }: { readonly findings: readonly FoundFinding[] }): readonly FoundFinding[] =>
  findings.filter((finding) => finding.code === code);

async function patchNode(name: string, body: object, subresource = ""): Promise<void> {
  await stage.plane.call<Node>("PATCH", `/api/v1/nodes/${name}${subresource}`, body);
}

/** One address more than the node has; the kubelet's others stay. */
async function addAddress(name: string, address: string): Promise<void> {
  const { status } = await stage.plane.call<Node>("GET", `/api/v1/nodes/${name}`);
  await patchNode(name, { status: { addresses: [...(status?.addresses ?? []), { type: "ExternalIP", address }] } }, "/status");
}

/** A kind of somebody else's, as its operator would install it; resolves when it is served. */
async function serve(group: string, version: string, kind: string, scope: "Namespaced" | "Cluster"): Promise<string> {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  await stage.plane.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    // Other people's groups under k8s.io are guarded by this.
    metadata: { name: `${plural}.${group}`, annotations: { "api-approved.kubernetes.io": "unapproved, for a test" } },
    spec: { group, scope, names: { plural, kind }, versions: [{ name: version, served: true, storage: true, schema }] },
  });
  const waitFor = async (what: string, condition: string): Promise<void> => {
    const { code, stderr } = await stage.plane.kubectl(["wait", what, `--for=${condition}`, "--timeout=-1s"]);
    if (code !== 0) throw new Error(stderr);
  };
  await waitFor(`crd/${plural}.${group}`, "condition=Established");
  await waitFor(`apiservice/${version}.${group}`, "create");
  await waitFor(`apiservice/${version}.${group}`, "condition=Available");
  return `/apis/${group}/${version}`;
}

const controlPlane = { "node-role.kubernetes.io/control-plane": "" };

// Before there are pods of etcd.
test("whether etcd keeps its majority is not guessed where it is not visible", () =>
  stage.play({ name: "no-etcd", nodes: [{ labels: controlPlane }, { labels: controlPlane }] }, async (scene) => {
    expect(of("quorum-not-visible", await preview(scene, scene.nodes[0]))).toMatchObject([{ severity: "info" }]);
  }));

describe.concurrent("the last Ready node of a role", () => {
  const role = (name: string) => ({ [`node-role.kubernetes.io/${name}`]: "true" });

  test("is refused without a write until somebody agrees, and drained then", () =>
    stage.play({ name: "last-of-role", nodes: [{ labels: role("ingress") }, {}] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 2, on: [node] });
      const refused = await scene.drydock("drain", node);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`${node} is the last Ready, schedulable node with the role node-role.kubernetes.io/ingress`);
      expect(refused.stderr).toContain("--allow=last-of-role");
      expect(await scene.writes()).toEqual([]);
      expect((await scene.drydock("drain", node, "--allow=last-of-role")).code).toBe(0);
    }));

  test("another can stand in, but not one that is cordoned, has lost the role, or is drained too", () =>
    stage.play(
      {
        name: "stand-in",
        nodes: [{ labels: role("gpu") }, { labels: role("gpu") }, { labels: { "node-role.kubernetes.io/gpu": "false" } }],
      },
      async (scene) => {
        const [first, second = ""] = scene.nodes;
        expect(of("last-of-role", await preview(scene, first))).toEqual([]);
        expect(of("last-of-role", await preview(scene, first, second))).toHaveLength(2);
        await patchNode(second, { spec: { unschedulable: true } });
        expect(of("last-of-role", await preview(scene, first))).toMatchObject([
          { severity: "warning", message: expect.stringContaining(`others that have it: ${second} (unschedulable)`) },
        ]);
      },
    ));

  test("a worker is a warning, and asks nobody", () =>
    stage.play({ name: "worker", nodes: [{ labels: role("worker") }] }, async (scene) => {
      const drained = await scene.drydock("drain", scene.nodes[0]);
      expect(drained).toMatchObject({ code: 0, stderr: expect.stringContaining("node-role.kubernetes.io/worker") });
    }));
});

describe.concurrent("the control plane", () => {
  test("of three members one may go, two may not", () =>
    stage.play({ name: "etcd", nodes: [{ labels: controlPlane }, { labels: controlPlane }, { labels: controlPlane }] }, async (scene) => {
      const [first, second = "", third = ""] = scene.nodes;
      for (const node of [first, second, third]) {
        await stage.plane.createPod({ name: `etcd-${node}`, namespace: "kube-system", on: node, pods: { labels: { component: "etcd" } } });
      }
      await stage.plane.podsReady({ namespace: "kube-system", labelSelector: "component=etcd" }, 3);
      expect(of("quorum-at-risk", await preview(scene, first))).toEqual([]);
      expect(of("quorum-at-risk", await preview(scene, first, second))).toMatchObject([
        { message: expect.stringMatching(/3 members, of which 3 are Ready; without .* there would be 1, and it needs 2/) },
      ]);
    }));

  test("a node whose address the kubeconfig names", () =>
    stage.play({ name: "server", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      expect(of("kubeconfig-server", await preview(scene, node))).toEqual([]);
      await addAddress(node, "127.0.0.1");
      expect(of("kubeconfig-server", await preview(scene, node))).toMatchObject([{ severity: "warning", objects: [`node ${node}`] }]);
    }));

  test("a clock that is wrong, by the Date of the server's answers", () =>
    stage.play({ name: "clock", nodes: 1 }, async (scene) => {
      await using proxy = await startProxy(stage.plane, "clock", { date: "Thu, 01 Jan 2099 00:00:00 GMT" });
      const found = await preview(scene, scene.nodes[0], "--kubeconfig", await scene.through(proxy.server));
      expect(of("clock-skew", found)).toMatchObject([{ message: expect.stringContaining("s ahead of this machine's") }]);
    }));
});

describe.concurrent("addresses of the node in Services", () => {
  test("are told beside the drain, after its first eviction was asked for; the hash is the preview's", () =>
    stage.play({ name: "addresses", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await addAddress(node, "203.0.113.7");
      const path = `/api/v1/namespaces/${scene.namespace}/services`;
      const spec = { type: "LoadBalancer", ports: [{ port: 80 }] };
      await stage.plane.call("POST", path, { metadata: { name: "nginx" }, spec });
      await stage.plane.call("PATCH", `${path}/nginx/status`, { status: { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } } });
      await stage.plane.call("POST", path, { metadata: { name: "db" }, spec: { externalIPs: ["203.0.113.7"], ports: [{ port: 5432 }] } });
      await scene.deployment({ name: "web", replicas: 2, on: [node], pods: { gone: 0.5 } });
      const before = await preview(scene, node);
      expect(of("address-in-service", before)).toMatchObject([
        { objects: [`node ${node}`, expect.stringContaining("db"), expect.stringContaining("nginx")] },
      ]);
      const { code, stdout } = await scene.drydock("drain", node, "-o", "ndjson");
      expect(code).toBe(0);
      const events = ndjson(stdout).map(({ event, finding, hash }) => ({
        what: event === "finding" ? (finding as FoundFinding).code : event,
        hash,
      }));
      const at = (what: string): number => events.findIndex((one) => one.what === what);
      expect(events.find(({ what }) => what === "planned")?.hash).toBe(before.hash);
      expect(at("address-in-service")).toBeGreaterThan(at("started"));
      // On the server too: nobody asked for Services before the cordon was accepted.
      const drains = (await stage.plane.audit()).filter(({ userAgent = "" }) => userAgent.includes("(drain)"));
      const isCordon = ({ verb, objectRef }: AuditEvent): boolean => verb === "patch" && objectRef?.name === node;
      const hand = drains.find(isCordon)?.user.username;
      const asked = drains.filter(({ user }) => user.username === hand);
      const cordoned = asked.findIndex(isCordon);
      expect(asked.findIndex(({ objectRef }, i) => i > cordoned && objectRef?.resource === "services")).toBeGreaterThan(cordoned);
    }));
});

describe.concurrent("others at work on the node", () => {
  test("kured, the system-upgrade-controller and OpenShift's Machine Config Operator", () =>
    stage.play({ name: "tools", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.daemonSet({ name: "kured" });
      const lock = { nodeID: node, metadata: { unschedulable: false }, created: "2026-01-01T00:00:00Z", TTL: 0 };
      const annotations = { "weave.works/kured-node-lock": JSON.stringify(lock) };
      await stage.plane.call("PATCH", `/apis/apps/v1/namespaces/${scene.namespace}/daemonsets/kured`, { metadata: { annotations } });
      await scene.pod("apply-k3s-agent", node, { labels: { "upgrade.cattle.io/plan": "k3s-agent", "upgrade.cattle.io/node": node } });
      const mco = "machineconfiguration.openshift.io/";
      await patchNode(node, {
        metadata: {
          annotations: { [`${mco}state`]: "Working", [`${mco}currentConfig`]: "rendered-a", [`${mco}desiredConfig`]: "rendered-b" },
        },
      });
      const found = await preview(scene, node);
      expect(of("reboot-lock", found)).toMatchObject([{ message: `kured holds ${node} to reboot it, since 2026-01-01T00:00:00Z` }]);
      expect(of("upgrade-plan", found)).toMatchObject([{ message: expect.stringContaining("plan k3s-agent") }]);
      expect(of("machine-config", found)).toMatchObject([
        { message: expect.stringContaining("state Working, from rendered-a to rendered-b") },
      ]);
    }));

  test("Cluster API's and OpenShift's machines and health checks, medik8s' health check and lease: each only where it is served", () =>
    stage.play({ name: "machines", nodes: [{ labels: { pool: "blue" } }] }, async (scene) => {
      const [node] = scene.nodes;
      const codes = ["machine-deleting", "health-check", "node-lease"];
      const namesOf = async (): Promise<readonly string[]> =>
        (await preview(scene, node)).findings.filter(({ code }) => codes.includes(code)).map(({ message }) => message);
      const at = (path: string, plural: string): string => `${path}/namespaces/${scene.namespace}/${plural}`;
      await patchNode(node, {
        metadata: {
          annotations: {
            "cluster.x-k8s.io/machine": "md-0",
            "cluster.x-k8s.io/cluster-namespace": scene.namespace,
            "machine.openshift.io/machine": `${scene.namespace}/md-0`,
          },
        },
      });
      await stage.plane.createNamespace("medik8s-leases");
      const renewTime = formatTime(realClock.now()).replace("Z", ".000000Z");
      await stage.plane.call("POST", "/apis/coordination.k8s.io/v1/namespaces/medik8s-leases/leases", {
        metadata: { name: `node-${node}` },
        spec: { holderIdentity: "node-maintenance", leaseDurationSeconds: 3600, acquireTime: renewTime, renewTime },
      });
      expect(await namesOf()).toEqual([]);

      const capi = await serve("cluster.x-k8s.io", "v1beta2", "Machine", "Namespaced");
      await serve("cluster.x-k8s.io", "v1beta2", "MachineHealthCheck", "Namespaced");
      const body = (kind: string, name: string, rest: object) => ({
        apiVersion: "cluster.x-k8s.io/v1beta2",
        kind,
        metadata: { name, ...rest },
      });
      await stage.plane.call(
        "POST",
        at(capi, "machines"),
        body("Machine", "md-0", { labels: { pool: "blue" }, finalizers: ["example.com/keep"] }),
      );
      await stage.plane.call("POST", at(capi, "machinehealthchecks"), {
        ...body("MachineHealthCheck", "blue", {}),
        spec: {
          selector: { matchLabels: { pool: "blue" } },
          checks: { unhealthyNodeConditions: [{ type: "Ready", status: "Unknown", timeoutSeconds: 120 }] },
        },
      });
      const medik8s = await serve("remediation.medik8s.io", "v1alpha1", "NodeHealthCheck", "Cluster");
      await stage.plane.call("POST", `${medik8s}/nodehealthchecks`, {
        apiVersion: "remediation.medik8s.io/v1alpha1",
        kind: "NodeHealthCheck",
        metadata: { name: "workers" },
        spec: { selector: { matchLabels: { pool: "blue" } } },
      });
      expect(await namesOf()).toEqual([
        expect.stringContaining(`node-maintenance holds ${node} by a lease`),
        expect.stringContaining(`MachineHealthCheck ${scene.namespace}/blue acts when ${node} has not been Ready for 120 s`),
        expect.stringContaining(`NodeHealthCheck workers acts when ${node} has not been Ready for 300 s`),
      ]);

      await stage.plane.call("DELETE", `${at(capi, "machines")}/md-0`);
      await stage.plane.call("PATCH", `${medik8s}/nodehealthchecks/workers`, { spec: { pauseRequests: ["maintenance"] } });
      expect(await namesOf()).toEqual([
        expect.stringContaining(`the machine of ${node} is being deleted (machines.cluster.x-k8s.io ${scene.namespace}/md-0`),
        expect.stringContaining("node-maintenance holds"),
        expect.stringContaining("MachineHealthCheck"),
      ]);
    }));

  test("a second drainer is told who holds the node too; who began it is not", () =>
    stage.play({ name: "held", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.drydock("drain", node);
      expect(of("held-by-others", await preview(scene, node))).toEqual([]);
      const second = await preview(scene, node, "--as=joe", "--as-group=system:masters");
      expect(of("held-by-others", second)).toMatchObject([
        { severity: "info", message: expect.stringMatching(/^hand-\d+ holds .* out too/) },
      ]);
    }));
});

describe.concurrent("check cluster", () => {
  test("an administrator lacks nothing; the controller-manager is seen by its lease, where it keeps one", () =>
    stage.play({ name: "check", nodes: 1, emptied: [] }, async (scene) => {
      const verdicts = async (): Promise<Readonly<Record<string, string>>> => {
        const { code, stdout } = await scene.drydock("check", "cluster", "-o", "json");
        expect(code).toBe(0);
        const check = JSON.parse(stdout) as {
          readonly answer: string;
          readonly parts: readonly { readonly part: string; readonly verdict: string }[];
        };
        expect(check).toMatchObject({ answer: "yes", server: { is: "supported" } });
        return Object.fromEntries(check.parts.map(({ part, verdict }) => [part, verdict]));
      };
      expect(await verdicts()).toMatchObject({ "eviction-api": "yes", "controller-manager": "unknown", clock: "yes" });
      const renewTime = formatTime(realClock.now()).replace("Z", ".000000Z");
      await stage.plane.call("POST", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases", {
        metadata: { name: "kube-controller-manager" },
        spec: { holderIdentity: "cp-1", leaseDurationSeconds: 3600, renewTime },
      });
      await scene.deployment({ name: "web", replicas: 1 });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      expect(await verdicts()).toMatchObject({ "controller-manager": "yes", "disruption-controller": "yes" });
    }));

  test("somebody without rights is told what is lost, and what role to apply", () =>
    stage.play({ name: "nobody", nodes: 1, emptied: [] }, async (scene) => {
      const { code, stdout } = await scene.drydock("check", "cluster", "--as=nobody");
      expect(code).toBe(2);
      expect(stdout).toContain("  no       create pods/eviction (required)");
      expect(stdout).toContain("check cluster --print-role | kubectl apply -f -");
    }));

  test("the role that it prints is accepted, and with it nothing is missing", () =>
    stage.play({ name: "role", nodes: 1, emptied: [] }, async (scene) => {
      const { stdout: role } = await scene.drydock("check", "cluster", "--print-role");
      const applied = await stage.plane.kubectl(["apply", "-f", "-"], { stdin: role });
      expect(applied.stdout).toContain("clusterrole.rbac.authorization.k8s.io/drydock-drain created");
      await stage.plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
        metadata: { name: "anna" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "drydock-drain" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "anna" }],
      });
      const { code, stdout } = await scene.drydock("check", "cluster", "--as=anna", "-o", "json");
      expect(code).toBe(0);
      const { permissions } = JSON.parse(stdout) as { readonly permissions: readonly { readonly verdict: string }[] };
      expect(permissions.filter(({ verdict }) => verdict !== "yes")).toEqual([]);
    }));
});

test.concurrent("what may not be read is named, once each, with the way to the role", () =>
  stage.play({ name: "denied", nodes: 1, emptied: [] }, async (scene) => {
    await stage.plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", {
      metadata: { name: "least" },
      rules: [{ apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] }],
    });
    await stage.plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: "least" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "least" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "bob" }],
    });
    const { code, stdout } = await scene.drydock("preview", scene.nodes[0], "--as=bob");
    expect(code).toBe(0);
    expect(stdout.match(/not checked: may not list services/g)).toHaveLength(1);
    expect(stdout).toContain("check cluster --print-role");
  }));
