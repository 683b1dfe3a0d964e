import { isJsonList, isJsonObject, type JsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import { keysOf } from "./correlate.ts";
import { at, child, duplicate, type FieldError, type FieldPath, invalid, shown } from "./field-error.ts";
import type { StructuralSchema } from "./schema.ts";

/** Sets hold each item once, and maps each key (apiextensions pkg/apiserver/schema/listtype). */
export function faultsOfListTypes(object: JsonObject, schema: StructuralSchema): readonly FieldError[] {
  return within(object, schema, "");
}

function within(value: Json, schema: StructuralSchema, path: FieldPath): readonly FieldError[] {
  if (isJsonList(value)) {
    const { items } = schema;
    const inner = items === undefined ? [] : value.flatMap((item, index) => within(item, items, at(path, index)));
    return [...faultsOfList(value, schema, path), ...inner];
  }
  if (!isJsonObject(value)) return [];
  const { properties = {}, additionalProperties } = schema;
  return Object.entries(value).flatMap(([key, member]) => {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (declared !== undefined) return within(member, declared, child(path, key));
    return typeof additionalProperties === "object" ? within(member, additionalProperties, at(path, key)) : [];
  });
}

function faultsOfList(list: readonly Json[], schema: StructuralSchema, path: FieldPath): readonly FieldError[] {
  const type = schema["x-kubernetes-list-type"];
  if (type === "set") return repeated(list, path);
  if (type !== "map") return [];
  const odd = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (odd !== -1) return [invalid(at(path, odd), list[odd] ?? null, "must be an object for an array of list-type map")];
  const keys = list.map((item) => (isJsonObject(item) ? keysOf(item, schema) : {}));
  return repeated(keys, path);
}

/** Only the first time that a value comes again is told. */
function repeated(values: readonly Json[], path: FieldPath): readonly FieldError[] {
  const counts = new Map<string, number>();
  return values.flatMap((value, index) => {
    const text = shown(value);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    return count === 2 ? [duplicate(at(path, index), value)] : [];
  });
}
