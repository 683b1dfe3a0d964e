import type { Json } from "../../kube/object.ts";
import { DrydockError } from "../../runtime/errors.ts";
import { isSecretField, redact, redacted } from "./redact.ts";

const deepest = 6;
const longestText = 4_096;
const mostItems = 64;

/** Any value as JSON that may be logged: without secrets, without cycles, and never so large that a line drowns the others. */
export function logValue(value: unknown, depth: number = 0): Json {
  switch (typeof value) {
    case "string":
      return shortened(redact(value));
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "bigint":
    case "symbol":
      return String(value);
    case "undefined":
      return null;
    case "function":
      return `[function ${value.name}]`;
    case "object":
      break;
  }
  if (value === null) return null;
  if (value instanceof Error) return logError(value, depth);
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (depth >= deepest) return "[…]";
  if (value instanceof Set) return list([...value], depth);
  if (value instanceof Map)
    return record(
      [...value].map(([key, item]) => [String(key), item] as const),
      depth,
    );
  return Array.isArray(value) ? list(value, depth) : record(Object.entries(value), depth);
}

/** An error with what is known of it: code, HTTP status, and all that caused it, outermost first. The stack is of the first alone. */
export function logError(error: Error, depth: number = 0): Json {
  const causes: Json[] = [];
  for (let cause = error.cause; cause !== undefined && causes.length < deepest; cause = cause instanceof Error ? cause.cause : undefined) {
    causes.push(cause instanceof Error ? named(cause) : logValue(cause, depth + 1));
  }
  return {
    ...named(error),
    ...(error instanceof DrydockError && error.code !== "invariant" ? {} : stackOf(error)),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function named(error: Error): { readonly [key: string]: Json } {
  const code: unknown = "code" in error ? error.code : undefined;
  const http: unknown = "http" in error ? error.http : undefined;
  return {
    name: error.name,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof http === "number" ? { http } : {}),
    message: shortened(redact(error.message)),
  };
}

/** Expected failures carry a code that says more than where they were made; for a bug that place is all there is. */
function stackOf(error: Error): { readonly stack?: string } {
  return error.stack === undefined ? {} : { stack: shortened(redact(error.stack)) };
}

function list(items: readonly unknown[], depth: number): Json {
  const kept = items.slice(0, mostItems).map((item) => logValue(item, depth + 1));
  return items.length > mostItems ? [...kept, `[${items.length - mostItems} more]`] : kept;
}

function record(entries: readonly (readonly [string, unknown])[], depth: number): Json {
  const kept = entries.flatMap(([key, item]): (readonly [string, Json])[] => {
    if (item === undefined) return [];
    return [[key, isSecretField(key) ? redacted : logValue(item, depth + 1)]];
  });
  return Object.fromEntries(kept);
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}… (${text.length} characters)`;
}
