import { isJsonList, isJsonObject, type JsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import { at, child, type FieldPath } from "./field-error.ts";
import type { StructuralSchema } from "./schema.ts";

export interface Pruned<T extends Json> {
  readonly value: T;
  /** The paths of what was dropped, sorted: the server warns `unknown field "spec.x"`. */
  readonly unknown: readonly FieldPath[];
}

const typeAndMetadata = ["apiVersion", "kind", "metadata"];

/**
 * Drops what a schema does not declare (apiextensions pkg/apiserver/schema/pruning). `metadata` of the object and of embedded resources is
 * left as it is. What does not change is the very same value.
 */
export function prune(object: JsonObject, schema: StructuralSchema): Pruned<JsonObject> {
  const unknown: FieldPath[] = [];
  const value = pruneObject(object, { ...schema, "x-kubernetes-embedded-resource": true }, "", unknown);
  return { value, unknown: unknown.toSorted() };
}

function pruneValue(value: Json, schema: StructuralSchema | undefined, path: FieldPath, unknown: FieldPath[]): Json {
  if (isJsonObject(value)) return pruneObject(value, schema, path, unknown);
  if (!isJsonList(value)) return value;
  const items = schema?.items;
  // Within a list that preserves what is unknown its items do so too; a field that is declared in them is pruned again.
  const inherits = schema?.["x-kubernetes-preserve-unknown-fields"] === true && items !== undefined;
  const own = inherits ? { ...items, "x-kubernetes-preserve-unknown-fields": true } : items;
  if (schema?.["x-kubernetes-preserve-unknown-fields"] === true && items === undefined) return value;
  const next = value.map((item, index) => pruneValue(item, own, at(path, index), unknown));
  return next.every((item, index) => item === value[index]) ? value : next;
}

function pruneObject(object: JsonObject, schema: StructuralSchema | undefined, path: FieldPath, unknown: FieldPath[]): JsonObject {
  const kept: [string, Json][] = [];
  let isSame = true;
  for (const [key, member] of Object.entries(object)) {
    const place = child(path, key);
    const next = prunedMember(key, member, schema, place, unknown);
    if (next === undefined) unknown.push(place);
    else kept.push([key, next]);
    isSame &&= next === member;
  }
  return isSame ? object : Object.fromEntries(kept);
}

/** Undefined where it is dropped. */
function prunedMember(
  key: string,
  member: Json,
  schema: StructuralSchema | undefined,
  place: FieldPath,
  unknown: FieldPath[],
): Json | undefined {
  if (schema === undefined) return undefined;
  if (schema["x-kubernetes-embedded-resource"] === true && typeAndMetadata.includes(key)) return member;
  const declared = schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (declared !== undefined) return pruneValue(member, declared, place, unknown);
  const { additionalProperties } = schema;
  // `additionalProperties: true` says nothing of what is within: objects lose all their members.
  if (additionalProperties === true) return pruneValue(member, undefined, place, unknown);
  if (additionalProperties !== undefined && additionalProperties !== false) return pruneValue(member, additionalProperties, place, unknown);
  return schema["x-kubernetes-preserve-unknown-fields"] === true ? member : undefined;
}
