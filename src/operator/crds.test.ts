import { expect, test } from "vitest";
import { originalDefinition } from "../../test/original-node-maintenance.ts";
import { definitions, maintenanceDefinition, nodeMaintenanceDefinition } from "../api/crd.ts";
import { versionAnnotation } from "../api/crd/definition.ts";
import { nodeMaintenances } from "../api/node-maintenance.ts";
import type { KubeApi } from "../client/kube-api.ts";
import { KubeError } from "../client/errors.ts";
import { customResourceDefinitions, isEstablished } from "../kube/custom-resource-definition.ts";
import { apiVersionOf } from "../kube/resource.ts";
import { seededRandom } from "../runtime/random.ts";
import { Rig } from "../simulator/testing/rig.ts";
import { applyDefinitions, type DefinitionOptions } from "./crds.ts";

const { name: maintenance } = maintenanceDefinition.metadata;
const { name: nodeMaintenance } = nodeMaintenanceDefinition.metadata;

const applied = (rig: Rig, options: Partial<DefinitionOptions> = {}, api: KubeApi = rig.api) => {
  const needs = { api, clock: rig.clock, random: seededRandom("crds"), stop: rig.call.signal };
  return rig.run(applyDefinitions(definitions, { version: "0.2.0", ...options }, needs));
};

const found = (rig: Rig, name: string) => rig.run(rig.api.get(customResourceDefinitions, { name }, rig.call));

const established = (name: string, kind: string, more: object = {}) => ({
  name,
  kind: "established",
  change: { kind, ...more },
  warnings: [],
});

/** The same API, with some calls answered otherwise. */
const instead = (api: KubeApi, calls: Partial<KubeApi>): KubeApi =>
  new Proxy(api, {
    get: (target, key) => {
      const own = (calls as Record<PropertyKey, unknown>)[key];
      if (own !== undefined) return own;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });

test("into an empty cluster both are brought, and both can be used", async () => {
  await using rig = new Rig();
  expect(await applied(rig)).toEqual([established(maintenance, "created"), established(nodeMaintenance, "created")]);
  expect(isEstablished(await found(rig, maintenance))).toBe(true);
});

test("done again nothing is written", async () => {
  await using rig = new Rig();
  await applied(rig);
  const before = await found(rig, nodeMaintenance);
  expect(await applied(rig)).toEqual([established(maintenance, "unchanged"), established(nodeMaintenance, "unchanged")]);
  expect((await found(rig, nodeMaintenance)).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
});

test("medik8s' definition is taken over with its labels, and its objects stay as they are", async () => {
  await using rig = new Rig();
  await rig.run(rig.api.create(customResourceDefinitions, originalDefinition, {}, rig.call));
  await rig.pass(5000);
  const body = {
    apiVersion: apiVersionOf(nodeMaintenances),
    kind: "NodeMaintenance",
    metadata: { name: "nm-1" },
    spec: { nodeName: "worker-1", reason: "disk" },
  };
  await rig.run(rig.api.create(nodeMaintenances, body, {}, rig.call));
  const status = { phase: "Succeeded", drainProgress: 100, totalpods: 12, evictionPods: 3, lastUpdate: "2026-01-01T00:00:00Z" };
  await rig.run(
    rig.api.patch(nodeMaintenances, { name: "nm-1" }, { kind: "merge", body: { status } }, { subresource: "status" }, rig.call),
  );
  const before = await rig.run(rig.api.get(nodeMaintenances, { name: "nm-1" }, rig.call));

  expect(await applied(rig)).toEqual([established(maintenance, "created"), established(nodeMaintenance, "updated")]);

  const after = await found(rig, nodeMaintenance);
  expect(after.metadata.labels).toEqual(originalDefinition.metadata.labels);
  expect(after.metadata.annotations).toEqual({ ...originalDefinition.metadata.annotations, [versionAnnotation]: "0.2.0" });
  expect(await rig.run(rig.api.get(nodeMaintenances, { name: "nm-1" }, rig.call))).toEqual(before);
  expect(before.status).toEqual(status);
  expect((await applied(rig)).at(1)).toEqual(established(nodeMaintenance, "unchanged"));
});

test("an older Drydock leaves what a newer one wrote, and works with it", async () => {
  await using rig = new Rig();
  await applied(rig, { version: "0.3.0" });
  expect(await applied(rig)).toEqual([
    established(maintenance, "left-newer", { version: "0.3.0" }),
    established(nodeMaintenance, "left-newer", { version: "0.3.0" }),
  ]);
});

test("two replicas that begin at once both end well", async () => {
  await using rig = new Rig();
  const needs = { api: rig.api, clock: rig.clock, random: seededRandom("crds"), stop: rig.call.signal };
  const both = await rig.run(Promise.all([1, 2].map(() => applyDefinitions(definitions, { version: "0.2.0" }, needs))));
  expect(both.flat().map(({ kind }) => kind)).toEqual(["established", "established", "established", "established"]);
});

test("another writer in between is no failure", async () => {
  await using rig = new Rig();
  await applied(rig, { version: "0.1.0" });
  let disturbed = 0;
  const api = instead(rig.api, {
    get: async (resource, at, call) => {
      const seen = await rig.api.get(resource, at, call);
      if (disturbed < 2) {
        disturbed++;
        await rig.api.patch(resource, at, { kind: "merge", body: { metadata: { labels: { seen: `${disturbed}` } } } }, {}, call);
      }
      return seen;
    },
  });
  expect((await applied(rig, {}, api)).map((outcome) => outcome.kind === "established" && outcome.change.kind)).toEqual([
    "updated",
    "updated",
  ]);
  expect(disturbed).toBe(2);
});

test("one whose writer never rests is given up and said", async () => {
  await using rig = new Rig();
  await applied(rig, { version: "0.1.0" });
  const refuse = async () => await Promise.reject(new KubeError("conflict", "the object has been modified"));
  expect((await applied(rig, {}, instead(rig.api, { patch: refuse }))).map(({ kind }) => kind)).toEqual(["contended", "contended"]);
});

test("without the right to write them, definitions that are there are used as they are", async () => {
  await using rig = new Rig();
  const refuse = async () => await Promise.reject(new KubeError("forbidden", "you may not patch"));
  const api = instead(rig.api, { patch: refuse });
  expect(await applied(rig, {}, api)).toEqual([
    { name: maintenance, kind: "denied", message: "you may not patch" },
    { name: nodeMaintenance, kind: "denied", message: "you may not patch" },
  ]);
  await applied(rig, { version: "0.1.0" });
  expect(await applied(rig, {}, api)).toEqual([
    established(maintenance, "left-denied", { message: "you may not patch" }),
    established(nodeMaintenance, "left-denied", { message: "you may not patch" }),
  ]);
});

test("without the right to watch them, they are brought all the same", async () => {
  await using rig = new Rig();
  const refuse = (): never => {
    throw new KubeError("forbidden", "you may not list or watch");
  };
  expect(await applied(rig, {}, instead(rig.api, { list: refuse, watch: refuse }))).toEqual([
    { name: maintenance, kind: "awaited", change: { kind: "created" }, warnings: [] },
    { name: nodeMaintenance, kind: "awaited", change: { kind: "created" }, warnings: [] },
  ]);
  expect((await found(rig, maintenance)).spec.names.shortNames).toEqual(["mt"]);
});

test("a definition on its way out is not touched", async () => {
  await using rig = new Rig();
  await applied(rig);
  const going = { ...(await found(rig, maintenance)) };
  const api = instead(rig.api, {
    get: async <T>() => ({ ...going, metadata: { ...going.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } }) as unknown as T,
  });
  expect(await applied(rig, {}, api)).toEqual([
    { name: maintenance, kind: "terminating" },
    { name: nodeMaintenance, kind: "terminating" },
  ]);
});

test("names that another definition has are told in the server's words", async () => {
  await using rig = new Rig();
  const conditions = [{ type: "NamesAccepted", status: "False", reason: "ShortNamesConflict", message: '"mt" is already in use' }];
  const api = instead(rig.api, {
    patch: async (...args: Parameters<KubeApi["patch"]>) => {
      const { object, warnings } = await rig.api.patch(...args);
      return { object: { ...object, status: { conditions } }, warnings };
    },
  } as Partial<KubeApi>);
  expect((await applied(rig, {}, api)).at(0)).toEqual({ name: maintenance, kind: "names-taken", message: '"mt" is already in use' });
});

test("a dry run says what would be done and changes nothing", async () => {
  await using rig = new Rig();
  expect(await applied(rig, { dryRun: true })).toEqual([established(maintenance, "created"), established(nodeMaintenance, "created")]);
  await expect(found(rig, maintenance)).rejects.toMatchObject({ code: "not-found" });
});
