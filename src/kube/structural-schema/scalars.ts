import { isJsonList, isJsonObject } from "../json-equal.ts";
import type { Json } from "../object.ts";
import { type FieldError, invalid, tooLong, typeInvalid } from "./field-error.ts";
import { isKnownFormat, isOfFormat } from "./formats.ts";
import { patternOf } from "./pattern.ts";
import type { StructuralSchema } from "./schema.ts";

/** Where a value stands: `name` in messages, `field` in the error. They differ where a part of an object is validated by itself. */
export interface Place {
  readonly name: string;
  readonly field: string;
}

/** The type of a value as messages name it. */
export function typeOf(value: Json): string {
  if (value === null) return "null";
  if (isJsonList(value)) return "array";
  if (isJsonObject(value)) return "object";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

export function faultsOfType(value: Json, schema: StructuralSchema, { name, field }: Place): readonly FieldError[] {
  const wanted = schema["x-kubernetes-int-or-string"] === true ? ["integer", "string"] : schema.type === undefined ? [] : [schema.type];
  if (wanted.length === 0) return [];
  const type = typeOf(value);
  const wrong = (expected: string, present: string): readonly FieldError[] => [
    typeInvalid(field, present, `${name} in body must be of type ${expected}: ${JSON.stringify(present)}`),
  ];
  if (value === null) return schema.nullable === true ? [] : wrong(wanted.join(","), type);
  const isRight = wanted.some((each) => each === type || (each === "number" && type === "integer"));
  const { format } = schema;
  if (schema.type === "string" && format !== undefined && isKnownFormat(format)) {
    // kube-openapi asks what format the value has first: a list passes, and whatever else is no text is not of the format.
    if (type === "array" || isRight) return [];
    return wrong(format, type === "integer" ? "int64" : type === "number" ? "float64" : "");
  }
  return isRight ? [] : wrong(wanted.join(","), type);
}

/** One error at most for length and pattern, and one for the format. */
export function faultsOfString(value: string, schema: StructuralSchema, { name, field }: Place): readonly FieldError[] {
  const { maxLength, minLength, pattern, format } = schema;
  const faults: FieldError[] = [];
  const { length } = Array.from(value);
  if (maxLength !== undefined && length > maxLength) faults.push(tooLong(field, maxLength));
  else if (minLength !== undefined && length < minLength) {
    faults.push(invalid(field, value, `${name} in body should be at least ${minLength} chars long`));
  } else if (pattern !== undefined && !patternOf(pattern).test(value)) {
    faults.push(invalid(field, value, `${name} in body should match '${pattern}'`));
  }
  if (schema.type === "string" && format !== undefined && !isOfFormat(format, value)) {
    faults.push(typeInvalid(field, value, `${name} in body must be of type ${format}: ${JSON.stringify(value)}`));
  }
  return faults;
}

const mostOfInt32 = 2 ** 31;

export function faultsOfNumber(value: number, schema: StructuralSchema, { name, field }: Place): readonly FieldError[] {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf, type, format } = schema;
  const faults: FieldError[] = [];
  const say = (what: string): void => {
    faults.push(invalid(field, value, `${name} in body should be ${what}`));
  };
  const isInt32 = type === "integer" && format === "int32";
  if (type === "integer" && (!Number.isInteger(value) || (isInt32 && (value >= mostOfInt32 || value < -mostOfInt32)))) {
    const of = isInt32 || format === "int64" ? `with format ${format}` : "(default format)";
    // Not tied to the field: the library makes a plain error of it.
    faults.push(invalid("", "", `Checked value must be of type integer ${of} in ${name}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) say(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    say(exclusiveMaximum ? `less than ${maximum}` : `less than or equal to ${maximum}`);
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    say(exclusiveMinimum ? `greater than ${minimum}` : `greater than or equal to ${minimum}`);
  }
  return faults;
}
