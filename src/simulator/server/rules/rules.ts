import { isJsonList, isJsonObject, jsonEquals, type JsonObject } from "../../../kube/json-equal.ts";
import type { Json } from "../../../kube/object.ts";
import { oldItem, oldMember } from "../../../kube/structural-schema/correlate.ts";
import {
  at,
  child,
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from "../../../kube/structural-schema/field-error.ts";
import type { StructuralSchema, ValidationRule } from "../../../kube/structural-schema/schema.ts";
import { celValue } from "./cel-value.ts";
import { faultOfRule, judge } from "./rule.ts";

/** Errors of these kinds leave the rules unasked: they rest on values of the right type and size. */
const blocking: readonly FieldError["reason"][] = [
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
];

/**
 * What the rules in CEL (`x-kubernetes-validations`) say of an object (apiextensions pkg/apiserver/schema/cel/validation.go). Rules within
 * `allOf` and costs are left out; sets and maps are compared as lists.
 *
 * @param faults what its schema says of it already
 */
export function faultsOfRules(
  object: JsonObject,
  schema: StructuralSchema,
  old: JsonObject | undefined,
  faults: readonly FieldError[],
): readonly FieldError[] {
  if (!hasRules(schema)) return [];
  if (faults.some(({ reason }) => blocking.includes(reason))) {
    const why = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
    return [invalid("", null, why)];
  }
  return check({ value: object, schema, path: "", old, isUnchanged: old !== undefined && jsonEquals(object, old), isRoot: true });
}

/** Where rules cannot be read, and why: a definition with such is refused. */
export function faultsOfDefinedRules(schema: StructuralSchema, path: FieldPath): readonly FieldError[] {
  const own = (schema["x-kubernetes-validations"] ?? []).flatMap((rule, index) => {
    const why = faultOfRule(rule);
    return why === undefined
      ? []
      : [invalid(`${at(child(path, "x-kubernetes-validations"), index)}.rule`, rule.rule, `compilation failed: ${why}`)];
  });
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, each]) =>
    faultsOfDefinedRules(each, at(child(path, "properties"), key)),
  );
  const items = schema.items === undefined ? [] : faultsOfDefinedRules(schema.items, child(path, "items"));
  const { additionalProperties } = schema;
  const more =
    typeof additionalProperties === "object" ? faultsOfDefinedRules(additionalProperties, child(path, "additionalProperties")) : [];
  return [...own, ...inner, ...items, ...more];
}

interface Part {
  readonly value: Json;
  readonly schema: StructuralSchema;
  readonly path: FieldPath;
  readonly old: Json | undefined;
  /** It, or what it stands in, is as it was: what is broken in it was so before, and is passed over (ratcheting). */
  readonly isUnchanged: boolean;
  readonly isRoot?: boolean;
}

function check(part: Part): readonly FieldError[] {
  const { value, schema } = part;
  if (value === null || !hasRules(schema)) return [];
  const own = (schema["x-kubernetes-validations"] ?? []).flatMap((rule) => faultOf(rule, part));
  return [...own, ...partsOf(part).flatMap(check)];
}

function partsOf({ value, schema, path, old, isUnchanged }: Part): readonly Part[] {
  const inner = (member: Json, of: StructuralSchema, place: FieldPath, before: Json | undefined): Part => ({
    value: member,
    schema: of,
    path: place,
    old: before,
    isUnchanged: before === undefined ? isUnchanged : jsonEquals(member, before),
  });
  if (isJsonList(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.map((item, index) => inner(item, items, at(path, index), oldItem(old, item, schema)));
  }
  if (!isJsonObject(value)) return [];
  const { properties = {}, additionalProperties } = schema;
  return Object.entries(value).flatMap(([key, member]) => {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (declared !== undefined) return [inner(member, declared, child(path, key), oldMember(old, key))];
    return typeof additionalProperties === "object" ? [inner(member, additionalProperties, at(path, key), oldMember(old, key))] : [];
  });
}

function faultOf(rule: ValidationRule, { value, schema, path, old, isUnchanged, isRoot = false }: Part): readonly FieldError[] {
  const before = old === undefined || old === null ? undefined : { value: celValue(old, schema, isRoot) };
  const verdict = judge(rule, celValue(value, schema, isRoot), before);
  if (verdict.kind === "failed") return [invalid(path, schema.type ?? "", verdict.detail)];
  if (verdict.kind !== "broken" || (isUnchanged && !verdict.isTransition)) return [];
  const field = rule.fieldPath === undefined ? path : child(path, rule.fieldPath.replace(/^\./, ""));
  const shown = isJsonObject(value) || isJsonList(value) ? undefined : value;
  switch (rule.reason) {
    case "FieldValueForbidden":
      return [forbidden(field, verdict.detail)];
    case "FieldValueRequired":
      return [required(field, verdict.detail)];
    case "FieldValueDuplicate":
      return [duplicate(field, shown)];
    default:
      return [invalid(field, shown, verdict.detail)];
  }
}

const ruled = new WeakMap<StructuralSchema, boolean>();

/** Whether any stands in it: most parts of an object have none. */
function hasRules(schema: StructuralSchema): boolean {
  const known = ruled.get(schema);
  if (known !== undefined) return known;
  const { properties = {}, items, additionalProperties } = schema;
  const inner = [...Object.values(properties), ...(items === undefined ? [] : [items])];
  if (typeof additionalProperties === "object") inner.push(additionalProperties);
  const has = (schema["x-kubernetes-validations"] ?? []).length > 0 || inner.some(hasRules);
  ruled.set(schema, has);
  return has;
}
