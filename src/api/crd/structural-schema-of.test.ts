import { describe, expect, test } from "vitest";
import { z } from "zod";
import { structuralSchemaOf } from "./structural-schema-of.ts";

test("what has a default need not be written, and words come first", () => {
  const schema = z.object({ a: z.string().min(1), b: z.enum(["x", "y"]).default("x").describe("B."), c: z.int().min(3).optional() });
  expect(JSON.stringify(structuralSchemaOf(schema))).toBe(
    JSON.stringify({
      type: "object",
      required: ["a"],
      properties: {
        a: { type: "string", minLength: 1 },
        b: { description: "B.", type: "string", default: "x", enum: ["x", "y"] },
        c: { type: "integer", minimum: 3 },
      },
    }),
  );
});

test("what is given beside the type is passed on", () => {
  const schema = z.array(z.object({ name: z.string() })).meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] });
  expect(structuralSchemaOf(z.object({ list: schema.optional().describe("L.") })).properties?.["list"]).toEqual({
    description: "L.",
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    items: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
  });
});

test("a map has a schema for its values, and no additional properties elsewhere", () => {
  expect(structuralSchemaOf(z.record(z.string(), z.int()))).toEqual({ type: "object", additionalProperties: { type: "integer" } });
});

describe("what a definition cannot say is refused with its place", () => {
  test.each<readonly [string, z.ZodType, RegExp]>([
    ["a union", z.object({ a: z.object({ b: z.union([z.string(), z.int()]) }) }), /^\.a\.b: has no single type/],
    ["a strict object", z.object({ a: z.array(z.strictObject({})) }), /^\.a\[\]: holds something that is no schema|additionalProperties/],
    ["anything", z.object({ a: z.unknown() }), /^\.a: has no single type/],
    ["an exclusive bound", z.object({ a: z.number().gt(1) }), /^\.a: "exclusiveMinimum" has no place/],
  ])("%s", (_, schema, complaint) => {
    expect(() => structuralSchemaOf(schema)).toThrow(complaint);
  });
});
