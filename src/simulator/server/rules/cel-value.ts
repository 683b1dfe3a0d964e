import { Environment } from "@marcbachmann/cel-js";
import { isJsonList, isJsonObject, type JsonObject } from "../../../kube/json-equal.ts";
import type { Json } from "../../../kube/object.ts";
import type { StructuralSchema } from "../../../kube/structural-schema/schema.ts";

/** CEL's words, which no field can be called by (apiserver pkg/cel, Escape). */
const reserved = [
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
].flat();

const written: Readonly<Record<string, string>> = { __: "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__" };

/** How a rule writes a field: `self.a__dash__b`. */
export function escapedName(name: string): string {
  return reserved.includes(name) ? `__${name}__` : name.replaceAll(/__|[.\-/]/g, (sign) => written[sign] ?? sign);
}

/** What the texts of these formats are to a rule: the value of an expression about `text`. */
const readings: Readonly<Record<string, string>> = {
  "date-time": "timestamp(text)",
  date: "timestamp(text + 'T00:00:00Z')",
  duration: "duration(text)",
};

/** Made at first use, as it costs the start of a demo some milliseconds. */
let environment: Environment | undefined;

function read(text: string, expression: string): unknown {
  environment ??= new Environment().registerVariable("text", "string");
  return environment.evaluate(expression, { text });
}

/**
 * A value as a rule sees it (apiextensions pkg/apiserver/schema/cel/values.go): integers are int, texts of some formats are times or durations
 * (base64 stays a text here), and of an object there are its declared fields alone.
 */
export function celValue(value: Json, schema: StructuralSchema, isRoot = false): unknown {
  if (isJsonList(value)) return value.map((item) => celValue(item, schema.items ?? {}));
  if (isJsonObject(value)) return celObject(value, schema, isRoot);
  if (typeof value === "number") return schema.type === "number" ? value : BigInt(value);
  const reading = typeof value === "string" && Object.hasOwn(readings, schema.format ?? "") ? readings[schema.format ?? ""] : undefined;
  return typeof value === "string" && reading !== undefined ? read(value, reading) : value;
}

function celObject(object: JsonObject, schema: StructuralSchema, isRoot: boolean): unknown {
  const { properties, additionalProperties } = schema;
  const result = new Map<string, unknown>();
  const isResource = isRoot || schema["x-kubernetes-embedded-resource"] === true;
  if (isResource) for (const [key, member] of Object.entries(typeAndName(object))) result.set(key, member);
  for (const [key, member] of Object.entries(object)) {
    const declared = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (declared !== undefined && !(isResource && result.has(key))) result.set(escapedName(key), celValue(member, declared));
    else if (declared === undefined && typeof additionalProperties === "object") result.set(key, celValue(member, additionalProperties));
  }
  return result;
}

/** All that a rule may know of an object besides its content. */
function typeAndName({ apiVersion, kind, metadata }: JsonObject): Readonly<Record<string, unknown>> {
  const meta = isJsonObject(metadata) ? metadata : {};
  const named = ["name", "generateName"].flatMap((key): readonly [string, unknown][] =>
    meta[key] === undefined ? [] : [[key, meta[key]]],
  );
  return { apiVersion: apiVersion ?? "", kind: kind ?? "", metadata: new Map(named) };
}
