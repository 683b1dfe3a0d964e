import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ownVersion } from "../../src/cli/own-version.ts";
import { defaultOptions } from "../../src/operator/manifests/options.ts";

// What needs no helm; the rendered objects are compared, and installed, on the real control plane.
const folder = resolve(import.meta.dirname, "../../deploy/charts/drydock");
const read = (name: string): string => readFileSync(resolve(folder, name), "utf8");

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

test("the chart has the version of Drydock", () => {
  expect(parse(read("Chart.yaml"))).toMatchObject({ version: ownVersion(), appVersion: ownVersion() });
});

test("left as they are, its values choose the image that the command chooses", () => {
  const { image } = parse(read("values.yaml")) as { readonly image: Readonly<Record<string, string>> };
  expect(`${image["repository"]}:${ownVersion()}`).toBe(defaultOptions(ownVersion()).image);
  expect([image["tag"], image["digest"]]).toEqual(["", ""]);
});

test("every value is in the schema, and every one of the schema has a default", () => {
  const known = (schema: Schema, values: unknown): readonly string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
      const value = typeof values === "object" && values !== null ? (values as Readonly<Record<string, unknown>>)[name] : undefined;
      return inner.properties === undefined ? [name] : [name, ...known(inner, value).map((each) => `${name}.${each}`)];
    });
  const given = (values: unknown, schema: Schema): readonly string[] =>
    Object.entries(values as object).flatMap(([name, value]) => {
      const inner = schema.properties?.[name];
      return inner?.properties === undefined ? [name] : [name, ...given(value, inner).map((each) => `${name}.${each}`)];
    });
  const schema = JSON.parse(read("values.schema.json")) as Schema;
  const values: unknown = parse(read("values.yaml"));
  // Helm gives `global` to every chart by itself.
  expect(given(values, schema).toSorted()).toEqual(
    known(schema, values)
      .filter((name) => name !== "global")
      .toSorted(),
  );
});
