import { isJsonList, isJsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import { at, child, type FieldError, type FieldPath, required } from "./field-error.ts";
import type { StructuralSchema } from "./schema.ts";

/** Objects within the object (`x-kubernetes-embedded-resource`) say what they are. */
export function faultsOfEmbedded(value: Json, schema: StructuralSchema, path: FieldPath = ""): readonly FieldError[] {
  if (isJsonList(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => faultsOfEmbedded(item, items, at(path, index)));
  }
  if (!isJsonObject(value)) return [];
  const { properties = {}, additionalProperties } = schema;
  const inner = Object.entries(value).flatMap(([key, member]) => {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (declared !== undefined) return faultsOfEmbedded(member, declared, child(path, key));
    return typeof additionalProperties === "object" ? faultsOfEmbedded(member, additionalProperties, at(path, key)) : [];
  });
  if (schema["x-kubernetes-embedded-resource"] !== true) return inner;
  const unsaid = ["apiVersion", "kind"].filter((key) => (value[key] ?? "") === "");
  return [...unsaid.map((key) => required(child(path, key))), ...inner];
}
