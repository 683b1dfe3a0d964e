import { z } from "zod";
import type { StructuralSchema } from "../../kube/structural-schema/schema.ts";

/** What is passed on as it stands. In this order it is written, so that a schema reads from what it is to what is in it. */
const keywords = [
  "description",
  "type",
  "format",
  "nullable",
  "default",
  "enum",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "required",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
  "x-kubernetes-validations",
] as const satisfies readonly (keyof StructuralSchema)[];

const nested = ["properties", "items", "additionalProperties"];

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The schema as a CustomResourceDefinition takes it, from the side of whoever writes an object: what has a default is not required.
 *
 * @throws Error naming the place of what a structural schema has no word for (a union, a tuple, a strict object)
 */
export function structuralSchemaOf(schema: z.ZodType): StructuralSchema {
  return converted(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", reused: "inline" }), "");
}

function converted(from: JsonSchema, at: string): StructuralSchema {
  const fail = (what: string): never => {
    throw new Error(`${at === "" ? "the root" : at}: ${what}`);
  };
  if (from.type === undefined) fail("has no single type");
  for (const key of Object.keys(from)) {
    if (!isKept(key) && !nested.includes(key)) fail(`"${key}" has no place in a structural schema`);
  }
  const { properties, items, additionalProperties } = from;
  return {
    ...Object.fromEntries(keywords.flatMap((key) => (from[key] === undefined || isImplied(key, from) ? [] : [[key, from[key]]]))),
    ...(properties === undefined
      ? {}
      : { properties: mapped(properties, (property, name) => converted(plain(property, fail), `${at}.${name}`)) }),
    ...(items === undefined ? {} : { items: converted(plain(items, fail), `${at}[]`) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: converted(plain(additionalProperties, fail), `${at}[]`) }),
  };
}

function isKept(key: string): boolean {
  return keywords.some((keyword) => keyword === key);
}

/** The range in which JavaScript keeps whole numbers exactly is no part of the contract. */
function isImplied(key: string, { minimum, maximum }: JsonSchema): boolean {
  return (key === "minimum" && minimum === Number.MIN_SAFE_INTEGER) || (key === "maximum" && maximum === Number.MAX_SAFE_INTEGER);
}

function plain(schema: unknown, fail: (what: string) => never): JsonSchema {
  return isSchema(schema) ? schema : fail("holds something that is no schema");
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapped<A, B>(object: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
