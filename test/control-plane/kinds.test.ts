import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { definitions } from "../../src/api/crd.ts";
import { maintenances } from "../../src/api/maintenance.ts";
import { nodeMaintenances } from "../../src/api/node-maintenance.ts";
import { connect } from "../../src/client/http/connect.ts";
import { identify } from "../../src/client/http/identity.ts";
import type { KubeApi } from "../../src/client/kube-api.ts";
import { isKubeError } from "../../src/client/errors.ts";
import { customResourceDefinitions } from "../../src/kube/custom-resource-definition.ts";
import type { Resource } from "../../src/kube/resource.ts";
import { applyDefinitions, type DefinitionOutcome } from "../../src/operator/crds.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { kindCases, runKindCase } from "../kind-cases.ts";
import { originalDefinition } from "../original-node-maintenance.ts";
import { readPage } from "../../scripts/docs/pages.ts";
import { blocksOf } from "../docs/markdown.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";

const names = definitions.map(({ metadata }) => metadata.name);
const [maintenance = "", nodeMaintenance = ""] = names;
const stop = new AbortController();
const call = { signal: stop.signal };

let plane: ControlPlane;
let api: KubeApi;
/** Of a user who may bring these two definitions, and nothing else. */
let installer: KubeApi;
/** What became of a cluster that had medik8s' definition with an object of it. */
let first: readonly DefinitionOutcome[];

beforeAll(async () => {
  plane = await startControlPlane();
  api = await clientOf("admin");
  installer = await clientOf("nobody");
  await plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", {
    metadata: { name: "definitions" },
    rules: [
      {
        apiGroups: ["apiextensions.k8s.io"],
        resources: ["customresourcedefinitions"],
        resourceNames: names,
        verbs: ["get", "list", "watch", "create", "patch"],
      },
    ],
  });
  await plane.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "definitions" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "definitions" },
    subjects: [{ kind: "User", name: "nobody", apiGroup: "rbac.authorization.k8s.io" }],
  });
  await api.create(customResourceDefinitions, originalDefinition, {}, call);
  await served(nodeMaintenances);
  const body = { apiVersion: "nodemaintenance.medik8s.io/v1beta1", kind: "NodeMaintenance", metadata: { name: "before" } };
  await api.create(nodeMaintenances, { ...body, spec: { nodeName: "worker-9", reason: "disk" } }, {}, call);
  await api.patch(
    nodeMaintenances,
    { name: "before" },
    { kind: "merge", body: { status: writtenBefore } },
    { subresource: "status" },
    call,
  );
  first = await applied("0.2.0");
  await served(maintenances);
});

afterAll(async () => {
  stop.abort();
  await api[Symbol.asyncDispose]();
  await installer[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

async function clientOf(user: string): Promise<KubeApi> {
  const surroundings = { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false };
  const identity = await identify({ kubeconfig: await plane.kubeconfig(user) }, surroundings, realClock);
  return await connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (kinds)" });
}

/** A definition is established a moment before its objects are served, and nothing tells of that moment. */
async function served(resource: Resource): Promise<void> {
  for (;;) {
    try {
      await api.list(resource, {}, call)[Symbol.asyncIterator]().next();
      return;
    } catch (error) {
      if (!isKubeError(error, "not-found")) throw error;
    }
  }
}

const applied = (version: string): Promise<readonly DefinitionOutcome[]> =>
  applyDefinitions(definitions, { version }, { api: installer, clock: realClock, random: systemRandom, stop: stop.signal });

const found = (name: string) => api.get(customResourceDefinitions, { name }, call);

const established = (name: string, change: object): DefinitionOutcome =>
  ({ name, kind: "established", change, warnings: [] }) as DefinitionOutcome;

const writtenBefore = {
  phase: "Succeeded",
  drainProgress: 100,
  lastUpdate: "2026-01-01T00:00:00Z",
  totalpods: 12,
  evictionPods: 3,
} as const;

/** Lines of a table, runs of spaces as one; how old something is is not said. */
const tableOf = (stdout: string): readonly string[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .trimEnd()
        .replaceAll(/ {2,}/g, "  ")
        .replace(/\b\d+m?\d*s\b/, "0s"),
    );

describe("bringing the definitions", () => {
  test("a role that names them is enough, and the server warns of nothing", () => {
    expect(first).toEqual([established(maintenance, { kind: "created" }), established(nodeMaintenance, { kind: "updated" })]);
  });

  test("medik8s' definition keeps what it was given, and its object what was written into it", async () => {
    const { metadata, spec, status } = await found(nodeMaintenance);
    expect(metadata.labels).toEqual(originalDefinition.metadata.labels);
    expect(metadata.annotations).toEqual({ ...originalDefinition.metadata.annotations, "drydock.dev/version": "0.2.0" });
    expect(spec.versions.map(({ name, served: isServed, storage }) => [name, isServed, storage])).toEqual([["v1beta1", true, true]]);
    expect(status?.storedVersions).toEqual(["v1beta1"]);
    const object = await api.get(nodeMaintenances, { name: "before" }, call);
    expect([object.spec, object.status]).toEqual([{ nodeName: "worker-9", reason: "disk" }, writtenBefore]);
    expect(object.metadata.generation).toBe(1);
  });

  test("done again nothing is written, and an older Drydock leaves what a newer one wrote", async () => {
    const versions = async () => (await Promise.all(names.map(found))).map(({ metadata }) => metadata.resourceVersion);
    const before = await versions();
    expect(await applied("0.2.0")).toEqual(names.map((name) => established(name, { kind: "unchanged" })));
    expect(await applied("0.1.0")).toEqual(names.map((name) => established(name, { kind: "left-newer", version: "0.2.0" })));
    expect(await versions()).toEqual(before);
  });
});

describe("what the schemas make of objects", () => {
  test.for(kindCases.map((given, index) => [given.name, given, index] as const))("%s", async ([, given, index]) => {
    expect(await runKindCase(given, { api, ...call, name: `case-${index}` })).toEqual(given.gives);
  });
});

describe("as kubectl shows them", () => {
  test("a Maintenance under way", async () => {
    const body = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name: "shown" } };
    const spec = { nodeName: "worker-3", reason: "replace a memory module", ticket: "CHG-4711" };
    await api.create(maintenances, { ...body, spec }, {}, call);
    await plane.call("PATCH", "/apis/drydock.dev/v1alpha1/maintenances/shown/status", {
      status: {
        phase: "Draining",
        message: "28 pods are left, 1 waits",
        progress: { total: 40, done: 12, left: 28, blocked: 1, percent: 30, text: "12/40", etaText: "15:04Z" },
      },
    });
    const chosen = await plane.kubectl(["get", "mt", "--field-selector", "spec.nodeName=worker-3"]);
    expect(tableOf(chosen.stdout)).toEqual([
      "NAME  NODE  PHASE  DONE  LEFT  BLOCKED  ETA  AGE",
      "shown  worker-3  Draining  12/40  28  1  15:04Z  0s",
    ]);
    const wide = await plane.kubectl(["get", "maintenance", "shown", "-o", "wide"]);
    expect(tableOf(wide.stdout)).toEqual([
      "NAME  NODE  PHASE  DONE  LEFT  BLOCKED  ETA  AGE  REASON  TICKET  MESSAGE",
      "shown  worker-3  Draining  12/40  28  1  15:04Z  0s  replace a memory module  CHG-4711  28 pods are left, 1 waits",
    ]);
  });

  test("a NodeMaintenance that the original wrote", async () => {
    const { stdout } = await plane.kubectl(["get", "nm", "before", "-o", "wide"]);
    expect(tableOf(stdout)).toEqual([
      "NAME  NODE  PHASE  PROGRESS  PENDING  ETA  AGE  REASON  ERROR  MESSAGE",
      "before  worker-9  Succeeded  100  0s  disk",
    ]);
  });

  test("explained", async () => {
    const [drain, taint, progress] = await Promise.all(
      ["mt.spec.drain.mode", "maintenance.spec.drain.rules.action", "nm.status.totalpods"].map((what) => plane.kubectl(["explain", what])),
    );
    expect(drain?.stdout).toMatch(
      /FIELD: mode <string>\nENUM:\n\s+Evict\n\s+Taint\n\s+EvictThenTaint\n\s+CordonOnly\n\nDESCRIPTION:\n\s+How the node/,
    );
    expect(taint?.stdout).toMatch(/evict: leaves as budgets allow/);
    expect(progress?.stdout).toMatch(/FIELD: totalpods <integer>\n\n\nDESCRIPTION:\n\s+How many pods were on the node/);
  });

  test.for(["docs/kinds/maintenance.md", "docs/kinds/node-maintenance.md"])("the example of %s is accepted", async (page) => {
    for (const { language, text } of blocksOf(readPage(page))) {
      if (language !== "yaml") continue;
      const { stdout, stderr } = await plane.kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", "-"], { stdin: text });
      expect([stdout, stderr]).toEqual([expect.stringMatching(/created \(server dry run\)\n$/), ""]);
    }
  });
});
