import { isJsonList, isJsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import type { Status, StatusDetails } from "../status.ts";

/** What is wrong with one field, as the API server says it (apimachinery util/validation/field). */
export interface FieldError {
  /** `spec.pods[2].name`; `<nil>` for the whole object. */
  readonly field: string;
  readonly reason: FieldErrorReason;
  /** Without the field: `Invalid value: "x": spec.n in body must be of type integer: "string"`. */
  readonly body: string;
}

export type FieldErrorReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueTypeInvalid"
  | "FieldValueNotSupported"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueDuplicate"
  | "FieldValueForbidden";

/** `""` is the object itself. */
export type FieldPath = string;

export function child(path: FieldPath, name: string): FieldPath {
  return path === "" ? name : `${path}.${name}`;
}

export function at(path: FieldPath, key: number | string): FieldPath {
  return `${path}[${key}]`;
}

export function required(path: FieldPath, detail = ""): FieldError {
  return made(path, "FieldValueRequired", "Required value", detail);
}

export function forbidden(path: FieldPath, detail: string): FieldError {
  return made(path, "FieldValueForbidden", "Forbidden", detail);
}

/** Without a `value` none is said. */
export function invalid(path: FieldPath, value: Json | undefined, detail: string): FieldError {
  return made(path, "FieldValueInvalid", value === undefined ? "Invalid value" : `Invalid value: ${shown(value)}`, detail);
}

export function typeInvalid(path: FieldPath, value: Json, detail: string): FieldError {
  return made(path, "FieldValueTypeInvalid", `Invalid value: ${shown(value)}`, detail);
}

export function unsupported(path: FieldPath, value: Json, supported: readonly Json[]): FieldError {
  const listed = supported.map((each) => JSON.stringify(typeof each === "string" ? each : shown(each))).join(", ");
  return made(path, "FieldValueNotSupported", `Unsupported value: ${shown(value)}`, `supported values: ${listed}`);
}

export function tooLong(path: FieldPath, most: number): FieldError {
  return made(path, "FieldValueTooLong", "Too long", `may not be more than ${most} ${most === 1 ? "byte" : "bytes"}`);
}

export function tooMany(path: FieldPath, count: number, most: number): FieldError {
  return made(path, "FieldValueTooMany", `Too many: ${count}`, `must have at most ${most} ${most === 1 ? "item" : "items"}`);
}

export function duplicate(path: FieldPath, value: Json | undefined): FieldError {
  return made(path, "FieldValueDuplicate", value === undefined ? "Duplicate value" : `Duplicate value: ${shown(value)}`, "");
}

/** The 422 that the server answers: every error is a cause, and each message is said once. */
export function invalidStatus(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): Status {
  const said = [...new Set(errors.map(({ field, body }) => `${field}: ${body}`))];
  const all = said.length === 1 ? said[0] : `[${said.join(", ")}]`;
  const causes = errors.map(({ field, reason, body }) => ({ reason, message: body, field }));
  const details: StatusDetails = { name, ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.kind, causes };
  const message = `${kind.kind}${kind.group === "" ? "" : `.${kind.group}`} ${JSON.stringify(name)} is invalid: ${all}`;
  return { kind: "Status", status: "Failure", message, reason: "Invalid", details, code: 422 };
}

/** A value as messages show it: Go's JSON, with sorted keys. */
export function shown(value: Json): string {
  if (isJsonList(value)) return `[${value.map(shown).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${shown(member)}`);
  return `{${members.join(",")}}`;
}

function made(path: FieldPath, reason: FieldErrorReason, body: string, detail: string): FieldError {
  return { field: path === "" ? "<nil>" : path, reason, body: detail === "" ? body : `${body}: ${detail}` };
}
