import { isJsonList, isJsonObject, type JsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import type { StructuralSchema } from "./schema.ts";

/**
 * The object with the defaults of its schema, and without nulls where none may stand and nothing stands in for them (apiextensions
 * pkg/apiserver/schema/defaulting). A default within an object is set only where that object is there, or has a default itself.
 */
export function applyDefaults(object: JsonObject, schema: StructuralSchema): JsonObject {
  return withDefaults(withoutNulls(object, schema), schema) as JsonObject;
}

function withDefaults(value: Json, schema: StructuralSchema | undefined): Json {
  if (schema === undefined) return value;
  if (isJsonList(value)) {
    const { items } = schema;
    const next = value.map((item) => withDefaults(isBareNull(item, items) ? (items?.default ?? null) : item, items));
    return next.every((item, index) => item === value[index]) ? value : next;
  }
  if (!isJsonObject(value)) return value;
  const result = new Map(Object.entries(value));
  let isSame = true;
  const set = (key: string, next: Json): void => {
    isSame &&= result.get(key) === next;
    result.set(key, next);
  };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const present = result.get(key);
    if (property.default !== undefined && (present === undefined || isBareNull(present, property))) set(key, property.default);
  }
  for (const [key, member] of [...result]) {
    const inner = schemaOf(key, schema);
    const isDeclared = Object.hasOwn(schema.properties ?? {}, key);
    set(key, withDefaults(!isDeclared && isBareNull(member, inner) ? (inner?.default ?? null) : member, inner));
  }
  return isSame ? value : Object.fromEntries(result);
}

function withoutNulls(value: Json, schema: StructuralSchema | undefined): Json {
  if (isJsonList(value)) {
    const next = value.map((item) => withoutNulls(item, schema?.items));
    return next.every((item, index) => item === value[index]) ? value : next;
  }
  if (!isJsonObject(value)) return value;
  const kept: [string, Json][] = [];
  let isSame = true;
  for (const [key, member] of Object.entries(value)) {
    const inner = schemaOf(key, schema);
    const goes = isBareNull(member, inner) && inner?.default === undefined;
    const next = goes ? member : withoutNulls(member, inner);
    if (!goes) kept.push([key, next]);
    isSame &&= !goes && next === member;
  }
  return isSame ? value : Object.fromEntries(kept);
}

function isBareNull(value: Json, schema: StructuralSchema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function schemaOf(key: string, schema: StructuralSchema | undefined): StructuralSchema | undefined {
  const { properties = {}, additionalProperties } = schema ?? {};
  if (Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}
