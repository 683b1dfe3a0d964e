import { isJsonList, isJsonObject, jsonEquals, memberOf, type JsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import type { StructuralSchema } from "./schema.ts";

/**
 * Which old value a new one is compared with (apiserver pkg/cel/common, CorrelatedObject): members by their key, items of a list of type map
 * by theirs; items of all other lists with none. Undefined: none.
 */
export function oldMember(old: Json | undefined, key: string): Json | undefined {
  return isJsonObject(old) ? memberOf(old, key) : undefined;
}

export function oldItem(old: Json | undefined, item: Json, schema: StructuralSchema): Json | undefined {
  if (!isJsonList(old) || !isJsonObject(item) || schema["x-kubernetes-list-type"] !== "map") return undefined;
  const keys = keysOf(item, schema);
  const matching = old.filter((each) => isJsonObject(each) && jsonEquals(keysOf(each, schema), keys));
  return matching.length === 1 ? matching[0] : undefined;
}

/** The members by which an item of a list of type map is known. */
export function keysOf(item: JsonObject, { "x-kubernetes-list-map-keys": keys = [] }: StructuralSchema): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(item, key) ? [[key, item[key] ?? null]] : [])));
}
