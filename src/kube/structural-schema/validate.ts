import { isJsonList, isJsonObject, jsonEquals, type JsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import { oldItem, oldMember } from "./correlate.ts";
import { child, type FieldError, invalid, required, tooMany, unsupported } from "./field-error.ts";
import { faultsOfEmbedded } from "./embedded.ts";
import { faultsOfListTypes } from "./list-types.ts";
import { faultsOfNumber, faultsOfString, faultsOfType, type Place } from "./scalars.ts";
import type { StructuralSchema } from "./schema.ts";

/**
 * What is wrong with an object, in the API server's words (kube-openapi pkg/validation as apiextensions uses it); the rules in CEL are not
 * asked here. Of an update only what is new is told: errors within a value that did not change are passed over (ratcheting, 1.33).
 */
export function validate(object: JsonObject, schema: StructuralSchema, old?: JsonObject): readonly FieldError[] {
  const place = { name: "", field: "" };
  return [...check(object, schema, place, old), ...faultsOfEmbedded(object, schema), ...listFaults(object, schema, old)];
}

/** The same for a write to the status subresource: its messages name fields without `status`. */
export function validateStatus(object: JsonObject, schema: StructuralSchema, old: JsonObject): readonly FieldError[] {
  const status = object["status"];
  const own = schema.properties?.["status"];
  const place = { name: "", field: "status" };
  const faults = status === undefined || own === undefined ? [] : check(status, own, place, oldMember(old, "status"));
  return [...faults, ...listFaults(object, schema, old)];
}

function listFaults(object: JsonObject, schema: StructuralSchema, old: JsonObject | undefined): readonly FieldError[] {
  return old === undefined || faultsOfListTypes(old, schema).length === 0 ? faultsOfListTypes(object, schema) : [];
}

function check(value: Json, schema: StructuralSchema, place: Place, old?: Json): readonly FieldError[] {
  const faults = [
    ...faultsOfType(value, schema, place),
    ...(value === null ? [] : faultsOfContent(value, schema, place, old)),
    ...faultsOfEnum(value, schema, place),
    ...(isJsonObject(value) ? faultsOfMembers(value, schema, place, old) : []),
  ];
  return faults.length > 0 && old !== undefined && jsonEquals(value, old) ? [] : faults;
}

function faultsOfContent(value: Json, schema: StructuralSchema, place: Place, old: Json | undefined): readonly FieldError[] {
  return [
    ...faultsOfAlternatives(value, schema, place),
    ...(typeof value === "string" ? faultsOfString(value, schema, place) : []),
    ...(typeof value === "number" ? faultsOfNumber(value, schema, place) : []),
    ...(isJsonList(value) ? faultsOfItems(value, schema, place, old) : []),
  ];
}

function faultsOfEnum(value: Json, schema: StructuralSchema, { field }: Place): readonly FieldError[] {
  if (schema.enum === undefined || schema.enum.some((each) => jsonEquals(each, value))) return [];
  return [unsupported(field, value, schema.enum)];
}

function faultsOfItems(
  list: readonly Json[],
  schema: StructuralSchema,
  { name, field }: Place,
  old: Json | undefined,
): readonly FieldError[] {
  const { items, minItems, maxItems, uniqueItems = false } = schema;
  const faults: FieldError[] = [];
  if (items !== undefined) {
    for (const [index, item] of list.entries()) {
      faults.push(...check(item, items, { name: `${name}[${index}]`, field: `${field}[${index}]` }, oldItem(old, item, schema)));
    }
  }
  if (minItems !== undefined && list.length < minItems) {
    faults.push(invalid(field, list.length, `${name} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) faults.push(tooMany(field, list.length, maxItems));
  const isRepeated = (item: Json, index: number): boolean => list.slice(0, index).some((other) => jsonEquals(item, other));
  if (uniqueItems && list.some(isRepeated)) faults.push(invalid(field, "", `${name} in body shouldn't contain duplicates`));
  return faults;
}

function faultsOfMembers(object: JsonObject, schema: StructuralSchema, place: Place, old: Json | undefined): readonly FieldError[] {
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const count = Object.keys(object).length;
  const faults: FieldError[] = [];
  if (minProperties !== undefined && count < minProperties) {
    faults.push(invalid(place.field, count, `${place.name} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && count > maxProperties) faults.push(tooMany(place.field, count, maxProperties));
  for (const [key, member] of Object.entries(object)) {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const inner = declared ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    if (inner === undefined) continue;
    // Old and new are read as one version: what they say of it is never compared.
    const isType = place.field === "" && (key === "apiVersion" || key === "kind");
    faults.push(...check(member, inner, inside(place, key), isType ? undefined : oldMember(old, key)));
  }
  for (const key of schema.required ?? []) if (!Object.hasOwn(object, key)) faults.push(required(inside(place, key).field));
  return faults;
}

function inside({ name, field }: Place, key: string): Place {
  return { name: child(name, key), field: child(field, key) };
}

/** `allOf` and its kin. They name the value alone; what is wrong within is told of the alternative that comes closest. */
function faultsOfAlternatives(
  value: Json,
  { anyOf = [], oneOf = [], allOf = [], not }: StructuralSchema,
  place: Place,
): readonly FieldError[] {
  const faults: FieldError[] = [];
  const say = (what: string): void => {
    faults.push(invalid("", "", `${JSON.stringify(place.name)} must ${what}`));
  };
  const tried = (schemas: readonly StructuralSchema[]): readonly (readonly FieldError[])[] =>
    schemas.map((each) => check(value, each, place));
  const any = tried(anyOf);
  if (any.length > 0 && any.every((each) => each.length > 0)) {
    say("validate at least one schema (anyOf)");
    faults.push(...closest(any));
  }
  const one = tried(oneOf);
  const valid = one.filter((each) => each.length === 0).length;
  if (one.length > 0 && valid !== 1) {
    const found = valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`;
    say(`validate one and only one schema (oneOf). ${found}`);
    if (valid === 0) faults.push(...closest(one));
  }
  const all = tried(allOf);
  if (all.some((each) => each.length > 0)) {
    faults.push(...all.flat());
    say(`validate all the schemas (allOf)${all.every((each) => each.length > 0) ? ". None validated" : ""}`);
  }
  if (not !== undefined && check(value, not, place).length === 0) say("not validate the schema (not)");
  return faults;
}

function closest(attempts: readonly (readonly FieldError[])[]): readonly FieldError[] {
  return attempts.toSorted((a, b) => a.length - b.length)[0] ?? [];
}
