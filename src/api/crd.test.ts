import { describe, expect, expectTypeOf, test } from "vitest";
import { originalDefinition, originalSchema } from "../../test/original-node-maintenance.ts";
import type { StructuralSchema } from "../kube/structural-schema/schema.ts";
import { definitions, maintenanceDefinition, nodeMaintenanceDefinition } from "./crd.ts";
import type { Definition } from "./crd/definition.ts";
import type { DrainSpec, MaintenanceSpec } from "./maintenance.ts";
import type { NodeMaintenanceStatus } from "./node-maintenance.ts";

const schemaOf = ({ spec }: Definition): StructuralSchema => spec.versions[0]?.schema?.openAPIV3Schema ?? {};

interface Place {
  readonly at: string;
  readonly schema: StructuralSchema;
}

function placesOf(schema: StructuralSchema, at = ""): readonly Place[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    { at, schema },
    ...Object.entries(properties).flatMap(([name, property]) => placesOf(property, `${at}.${name}`)),
    ...(items === undefined ? [] : placesOf(items, `${at}[]`)),
    ...(typeof additionalProperties === "object" ? placesOf(additionalProperties, `${at}{}`) : []),
  ];
}

const isRuled = ({ schema }: Place): boolean => schema["x-kubernetes-validations"] !== undefined;

describe.each(definitions.map((definition) => [definition.spec.names.kind, definition] as const))("%s", (_kind, definition) => {
  const places = placesOf(schemaOf(definition));

  test("every place has its type, and every list says how it merges but those that others gave us", () => {
    expect(places.filter(({ schema }) => schema.type === undefined)).toEqual([]);
    const lists = places.filter(({ schema }) => schema.type === "array" && schema["x-kubernetes-list-type"] === undefined);
    const given = definition === nodeMaintenanceDefinition ? [".status.pendingPods", ".status.pendingPodsRefs"] : [];
    expect(lists.map(({ at }) => at)).toEqual(given);
  });

  test("kubectl explain has a sentence for every field", () => {
    const silent = places.filter(
      ({ at, schema }) => !/\[\]$|\{\}$/.test(at) && at !== ".metadata" && !(schema.description ?? "").endsWith("."),
    );
    expect(silent.map(({ at, schema }) => `${at}: ${schema.description ?? ""}`)).toEqual([]);
  });

  test("columns read fields that there are", () => {
    const columns = definition.spec.versions[0]?.additionalPrinterColumns ?? [];
    const known = new Set(places.map(({ at }) => at).concat(".metadata.creationTimestamp"));
    expect(columns.filter(({ jsonPath }) => !known.has(jsonPath))).toEqual([]);
  });
});

test("every rule says what is wrong and what to do, at a field that there is", () => {
  const places = placesOf(schemaOf(maintenanceDefinition));
  const rules = places
    .filter(isRuled)
    .flatMap(({ at, schema }) => (schema["x-kubernetes-validations"] ?? []).map((rule) => ({ at, ...rule })));
  expect(rules.length).toBeGreaterThan(8);
  for (const { at, message, reason, fieldPath = "" } of rules) {
    expect(message).toMatch(/: /);
    expect(reason).toMatch(/^FieldValue/);
    expect(places.map((place) => place.at)).toContain(`${at}${fieldPath}`);
  }
});

describe("NodeMaintenance accepts what the original accepts", () => {
  const ours = new Map(placesOf(schemaOf(nodeMaintenanceDefinition)).map(({ at, schema }) => [at, schema]));

  test.each(placesOf(originalSchema).map(({ at, schema }) => [at === "" ? "the object" : at, at, schema] as const))(
    "%s",
    (_, at, theirs) => {
      const { description: __, properties: ___, items: ____, ...rest } = ours.get(at) ?? {};
      const { properties: _____, items: ______, ...original } = theirs;
      expect(rest).toEqual(original);
    },
  );

  test("without any rule of ours", () => {
    expect(placesOf(schemaOf(nodeMaintenanceDefinition)).filter(isRuled)).toEqual([]);
  });

  test("under the same names", () => {
    expect(nodeMaintenanceDefinition.spec).toMatchObject({ ...originalDefinition.spec, versions: expect.anything() as unknown });
  });
});

test("types are those of the schema", () => {
  expectTypeOf<MaintenanceSpec["desired"]>().toEqualTypeOf<"Out" | "In" | undefined>();
  expectTypeOf<NodeMaintenanceStatus["totalpods"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<NonNullable<DrainSpec["mode"]>>().toEqualTypeOf<"Evict" | "Taint" | "EvictThenTaint" | "CordonOnly">();
});
