import { isJsonList, isJsonObject, jsonEquals, memberOf } from "./json-equal.ts";
import type { Json } from "./object.ts";
import type { JsonPatchOperation } from "./patch.ts";

/**
 * Why a patch does not apply. `test` is the one to expect: the object is no longer what the writer saw. All others are mistakes of the patch
 * or of what it believes about the object. `index` counts operations from 0.
 */
export interface JsonPatchFailure {
  readonly kind: "test" | "missing" | "no-container" | "bad-index" | "bad-pointer" | "no-value" | "into-itself" | "root";
  readonly index: number;
  readonly path: string;
}

export type JsonPatched = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly failure: JsonPatchFailure };

/**
 * RFC 6902 as the API server applies it (evanphx/json-patch v4): all operations in order, or none. The target is never changed.
 * Where the server is more lenient than the RFC so is this: `replace` of a member that is missing adds it, `test` for null holds for one.
 * Where it is stricter so is this: the whole document can only be tested, or replaced by an object or a list.
 * Indexes below zero, pointers without a leading slash and copies of what is missing, which it takes, are refused: nobody should send them.
 */
export function applyJsonPatch(target: Json, operations: readonly JsonPatchOperation[]): JsonPatched {
  let value = target;
  for (const [index, operation] of operations.entries()) {
    const step = applyOne(value, operation);
    if (!step.ok) return { ok: false, failure: { kind: step.kind, index, path: step.path } };
    value = step.value;
  }
  return { ok: true, value };
}

type Step =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly kind: JsonPatchFailure["kind"]; readonly path: string };

function applyOne(document: Json, operation: JsonPatchOperation): Step {
  const { op, path } = operation;
  const tokens = tokensOf(path);
  if (tokens === undefined) return { ok: false, kind: "bad-pointer", path };
  switch (op) {
    case "add":
    case "replace":
    case "test":
      if (operation.value === undefined) return { ok: false, kind: "no-value", path };
      if (op === "test") return test(document, tokens, operation.value, path);
      return edit(document, tokens, op, operation.value, path);
    case "remove":
      return edit(document, tokens, op, null, path);
    case "move":
    case "copy": {
      const { from = "" } = operation;
      const source = tokensOf(from);
      if (source === undefined) return { ok: false, kind: "bad-pointer", path: from };
      if (source.length === 0) return { ok: false, kind: "root", path: from };
      const found = read(document, source, from);
      if (!found.ok) return found;
      if (op === "copy") return edit(document, tokens, "add", found.value, path);
      if (path.startsWith(`${from}/`)) return { ok: false, kind: "into-itself", path };
      if (path === from) return { ok: true, value: document };
      const without = edit(document, source, "remove", null, from);
      return without.ok ? edit(without.value, tokens, "add", found.value, path) : without;
    }
  }
}

/** RFC 6901; undefined where the text is no pointer. */
function tokensOf(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function test(document: Json, tokens: readonly string[], expected: Json, path: string): Step {
  const found = read(document, tokens, path);
  if (found.ok) return jsonEquals(found.value, expected) ? { ok: true, value: document } : { ok: false, kind: "test", path };
  const parent = read(document, tokens.slice(0, -1), path);
  if (found.kind !== "missing" || !parent.ok || !isJsonObject(parent.value)) return found;
  // The API server's library reads a member that is missing as null.
  return expected === null ? { ok: true, value: document } : { ok: false, kind: "test", path };
}

function read(document: Json, tokens: readonly string[], path: string): Step {
  let value = document;
  for (const token of tokens) {
    if (!isJsonList(value) && !isJsonObject(value)) return { ok: false, kind: "no-container", path };
    const index = isJsonList(value) ? indexOf(token) : undefined;
    if (isJsonList(value) && index === undefined) return { ok: false, kind: "bad-index", path };
    const member: Json | undefined = isJsonList(value) ? value[index ?? 0] : memberOf(value, token);
    if (member === undefined) return { ok: false, kind: "missing", path };
    value = member;
  }
  return { ok: true, value };
}

function edit(document: Json, tokens: readonly string[], how: "add" | "replace" | "remove", value: Json, path: string): Step {
  const [token, ...rest] = tokens;
  if (token === undefined) {
    const isWhole = how === "replace" && (isJsonObject(value) || isJsonList(value));
    return isWhole ? { ok: true, value } : { ok: false, kind: "root", path };
  }
  if (isJsonList(document)) return editList(document, token, rest, how, value, path);
  if (!isJsonObject(document)) return { ok: false, kind: "no-container", path };
  const member = memberOf(document, token);
  if (rest.length > 0) {
    if (member === undefined) return { ok: false, kind: "missing", path };
    const inner = edit(member, rest, how, value, path);
    return inner.ok ? { ok: true, value: { ...document, [token]: inner.value } } : inner;
  }
  if (member === undefined && how === "remove") return { ok: false, kind: "missing", path };
  if (how !== "remove") return { ok: true, value: { ...document, [token]: value } };
  return { ok: true, value: Object.fromEntries(Object.entries(document).filter(([key]) => key !== token)) };
}

function editList(
  list: readonly Json[],
  token: string,
  rest: readonly string[],
  how: "add" | "replace" | "remove",
  value: Json,
  path: string,
): Step {
  const isAdding = rest.length === 0 && how === "add";
  const index = isAdding && token === "-" ? list.length : indexOf(token);
  if (index === undefined) return { ok: false, kind: "bad-index", path };
  const member = list[index];
  if (isAdding) return index > list.length ? { ok: false, kind: "missing", path } : { ok: true, value: list.toSpliced(index, 0, value) };
  if (member === undefined) return { ok: false, kind: "missing", path };
  if (rest.length === 0) return { ok: true, value: how === "remove" ? list.toSpliced(index, 1) : list.with(index, value) };
  const inner = edit(member, rest, how, value, path);
  return inner.ok ? { ok: true, value: list.with(index, inner.value) } : inner;
}

function indexOf(token: string): number | undefined {
  return /^(0|[1-9][0-9]*)$/.test(token) ? Number(token) : undefined;
}
