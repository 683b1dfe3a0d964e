import { createHash } from "node:crypto";
import { InvariantError } from "./errors.ts";

/** SHA-256 in hex over the canonical JSON of a value: the same for the same content, whatever the order of its keys. */
export function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/**
 * JSON with sorted keys and without white space. Keys whose value is undefined are dropped, as JSON drops them.
 *
 * @throws InvariantError for what JSON has no form for (bigint, function, symbol, NaN, a Map): dropping it would make different values look the same
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case "undefined":
      return "null";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
      if (isPlain(value)) return objectJson(value);
      break;
    default:
  }
  throw new InvariantError(`no JSON for ${typeof value === "number" ? value : Object.prototype.toString.call(value)}`);
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function objectJson(value: Readonly<Record<string, unknown>>): string {
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}
