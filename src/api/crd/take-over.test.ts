import { expect, test } from "vitest";
import { originalDefinition, originalSchema } from "../../../test/original-node-maintenance.ts";
import type { CustomResourceDefinition, DefinitionVersion } from "../../kube/custom-resource-definition.ts";
import { applyMergePatch } from "../../kube/patch.ts";
import type { Json } from "../../kube/object.ts";
import type { StructuralSchema } from "../../kube/structural-schema/schema.ts";
import { maintenanceDefinition, nodeMaintenanceDefinition } from "../crd.ts";
import { atVersion, versionAnnotation } from "./definition.ts";
import { type Ownership, takeOver } from "./take-over.ts";

const inCluster = (definition: object): CustomResourceDefinition => {
  const { metadata, ...rest } = JSON.parse(JSON.stringify(definition)) as CustomResourceDefinition;
  return { ...rest, metadata: { ...metadata, uid: "u", resourceVersion: "1" } };
};

/** The definition after it was taken over, and what was said. */
const taken = (there: CustomResourceDefinition, ownership: Ownership, version = "0.2.0") => {
  const ours = ownership === "ours" ? maintenanceDefinition : nodeMaintenanceDefinition;
  const next = takeOver(there, ours, version, ownership);
  if (next.kind !== "change") throw new Error(next.kind);
  const after = applyMergePatch(there as unknown as Json, next.patch) as unknown as CustomResourceDefinition;
  return { after, again: takeOver(after, ours, version, ownership).kind };
};

const version = (name: string, more: Partial<DefinitionVersion> = {}): DefinitionVersion => ({
  name,
  served: true,
  storage: false,
  schema: { openAPIV3Schema: { type: "object" } },
  ...more,
});

const withVersions = (definition: object, versions: readonly DefinitionVersion[]): CustomResourceDefinition => {
  const there = inCluster(definition);
  return { ...there, spec: { ...there.spec, versions } };
};

/** Paths of all fields. */
const fieldsOf = (schema: StructuralSchema | undefined, at = ""): readonly string[] =>
  Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => [`${at}.${name}`, ...fieldsOf(property, `${at}.${name}`)]);

test("medik8s' definition gets our fields and columns and loses nothing", () => {
  const there = inCluster(originalDefinition);
  const { after, again } = taken(there, "shared");
  const [only] = after.spec.versions;
  expect(after.metadata).toEqual({
    ...there.metadata,
    annotations: { ...there.metadata.annotations, [versionAnnotation]: "0.2.0" },
  });
  expect(after.spec).toMatchObject({
    ...there.spec,
    versions: [{ name: "v1beta1", served: true, storage: true, subresources: { status: {} } }],
  });
  expect(fieldsOf(only?.schema?.openAPIV3Schema)).toEqual(
    expect.arrayContaining([...fieldsOf(originalSchema), ".status.conditions", ".status.blockers"]),
  );
  expect(only?.additionalPrinterColumns).toEqual(nodeMaintenanceDefinition.spec.versions[0]?.additionalPrinterColumns);
  expect(again).toBe("unchanged");
});

test("what is made new is, taken over, just the same", () => {
  const there = inCluster(atVersion(nodeMaintenanceDefinition, "0.2.0"));
  expect(takeOver(there, nodeMaintenanceDefinition, "0.2.0", "shared")).toEqual({ kind: "unchanged" });
  expect(takeOver(inCluster(atVersion(maintenanceDefinition, "0.2.0")), maintenanceDefinition, "0.2.0", "ours")).toEqual({
    kind: "unchanged",
  });
});

test("of a shared kind every version stays as it is served and stored, and fields of others too", () => {
  const own = { type: "object", properties: { spec: { type: "object", properties: { theirs: { type: "string" } } } } } as const;
  const versions = [
    version("v1", { storage: true }),
    version("v1beta1", { served: false, schema: { openAPIV3Schema: own }, deprecated: true }),
  ];
  const { after } = taken(withVersions(originalDefinition, versions), "shared");
  expect(after.spec.versions[0]).toEqual(versions[0]);
  expect(after.spec.versions[1]).toMatchObject({ name: "v1beta1", served: false, storage: false, deprecated: true });
  expect(fieldsOf(after.spec.versions[1]?.schema?.openAPIV3Schema)).toEqual(expect.arrayContaining([".spec.theirs", ".spec.nodeName"]));
});

test("a shared kind without our version gets it, and stores what it stored", () => {
  const { after, again } = taken(withVersions(originalDefinition, [version("v2", { storage: true })]), "shared");
  expect(after.spec.versions.map(({ name, served, storage }) => [name, served, storage])).toEqual([
    ["v2", true, true],
    ["v1beta1", true, false],
  ]);
  expect(again).toBe("unchanged");
});

test("columns that only they have stay before ours", () => {
  const theirs = [
    { name: "Zone", type: "string", jsonPath: ".spec.zone" },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ];
  const { after } = taken(
    withVersions(originalDefinition, [version("v1beta1", { storage: true, additionalPrinterColumns: theirs })]),
    "shared",
  );
  expect(after.spec.versions[0]?.additionalPrinterColumns?.map(({ name }) => name)).toEqual([
    "Zone",
    "Node",
    "Phase",
    "Progress",
    "Pending",
    "ETA",
    "Age",
    "Reason",
    "Error",
    "Message",
  ]);
});

test("of our own kind the schema is replaced, and a version that we do not know stays served", () => {
  const { after, again } = taken(
    withVersions(maintenanceDefinition, [version("v1alpha0", { storage: true }), version("v1alpha1")]),
    "ours",
  );
  expect(after.spec.versions.map(({ name, served, storage }) => [name, served, storage])).toEqual([
    ["v1alpha0", true, false],
    ["v1alpha1", true, true],
  ]);
  expect(fieldsOf(after.spec.versions[1]?.schema?.openAPIV3Schema)).toContain(".spec.drain.deadline");
  expect(again).toBe("unchanged");
});

test("what a newer Drydock wrote is left; what an older or nobody's wrote is not", () => {
  const written = (by: string) => takeOver(inCluster(atVersion(maintenanceDefinition, by)), maintenanceDefinition, "0.2.0", "ours");
  expect(written("0.3.0")).toEqual({ kind: "newer", version: "0.3.0" });
  expect(written("0.1.0").kind).toBe("change");
  expect(written("somebody").kind).toBe("change");
});

test("another kind under our name is not touched", () => {
  const there = inCluster(originalDefinition);
  const other = { ...there, spec: { ...there.spec, scope: "Namespaced" as const } };
  expect(takeOver(other, nodeMaintenanceDefinition, "0.2.0", "shared")).toEqual({
    kind: "foreign",
    what: "its scope is Namespaced, not Cluster",
  });
});
