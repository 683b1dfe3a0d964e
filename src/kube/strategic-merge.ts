import { isJsonList, isJsonObject, jsonEquals, memberOf } from "./json-equal.ts";
import type { JsonObject } from "./json-equal.ts";
import type { Json } from "./object.ts";
import { listMerges } from "./strategic-merge-keys.ts";

/**
 * Why a patch does not apply; `path` is of fields, without indexes.
 * - `unsupported`: `$retainKeys`, which only volumes and resource claims use.
 * - `bad-directive`: a `$patch` of another value than `delete` or `replace`, or where it may not stand.
 * - `no-merge-key`: an item without the member that the list merges by.
 * - `bad-list`: a list of mixed items, or a directive for a list that is none.
 */
export interface StrategicFailure {
  readonly kind: "unsupported" | "bad-directive" | "no-merge-key" | "bad-list";
  readonly path: string;
}

export type StrategicMerged = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly failure: StrategicFailure };

/** Thrown and caught in this file only. */
class MergeFault extends Error {
  readonly failure: StrategicFailure;
  constructor(kind: StrategicFailure["kind"], path: readonly string[]) {
    super(kind);
    this.failure = { kind, path: path.join(".") };
  }
}

/** A strategic merge patch of a Node or a Pod, as the API server applies it. The target is never changed. */
export function applyStrategicMerge(target: Json, patch: Json): StrategicMerged {
  if (!isJsonObject(patch) || !isJsonObject(target)) return { ok: false, failure: { kind: "bad-directive", path: "" } };
  try {
    return { ok: true, value: mergeObjects(target, patch, []) };
  } catch (fault) {
    if (fault instanceof MergeFault) return { ok: false, failure: fault.failure };
    throw fault;
  }
}

const orderPrefix = "$setElementOrder/";
const removalPrefix = "$deleteFromPrimitiveList/";

function mergeObjects(target: JsonObject, patch: JsonObject, path: readonly string[]): JsonObject {
  const directive = memberOf(patch, "$patch");
  if (directive === "replace") return Object.fromEntries(Object.entries(patch).filter(([key]) => key !== "$patch"));
  if (directive === "delete") return {};
  if (directive !== undefined) throw new MergeFault("bad-directive", path);
  if (Object.hasOwn(patch, "$retainKeys")) throw new MergeFault("unsupported", path);

  const result = new Map(Object.entries(target));
  const ordered = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    const field = key.slice(orderPrefix.length);
    ordered.add(field);
    const value = mergeInOrder(result.get(field), memberOf(patch, field), order, [...path, field]);
    if (value !== undefined) result.set(field, value);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(orderPrefix) || ordered.has(key)) continue;
    if (key.startsWith(removalPrefix)) {
      const field = key.slice(removalPrefix.length);
      const before = result.get(field);
      if (isJsonList(before) && isJsonList(value))
        result.set(
          field,
          before.filter((item) => !contains(value, item)),
        );
    } else {
      const merged = mergeValues(result.get(key), value, [...path, key]);
      if (merged === undefined) result.delete(key);
      else result.set(key, merged);
    }
  }
  return Object.fromEntries(result);
}

/** Undefined: the member goes. */
function mergeValues(before: Json | undefined, value: Json, path: readonly string[]): Json | undefined {
  if (value === null) return undefined;
  if (isJsonObject(before) && isJsonObject(value)) return mergeObjects(before, value, path);
  if (isJsonList(before) && isJsonList(value)) return mergeLists(before, value, path);
  return withoutDirectives(value);
}

function mergeLists(before: readonly Json[], patch: readonly Json[], path: readonly string[]): readonly Json[] {
  const merge = listMerges.get(path.join("."));
  if (merge === undefined) return patch;
  if (before.length === 0 && patch.length === 0) return before;
  if (merge === "set") {
    if ([...before, ...patch].some((item) => typeof item === "object")) throw new MergeFault("bad-list", path);
    return inOrder(unique([...before, ...patch]), patch, before, jsonEquals);
  }
  const { by } = merge;
  let items = objectsOf(before, path);
  const fresh: JsonObject[] = [];
  let isReplaced = false;
  for (const item of objectsOf(patch, path)) {
    const directive = memberOf(item, "$patch");
    if (directive === undefined) fresh.push(item);
    else if (directive === "replace") isReplaced = true;
    else if (directive === "delete") {
      const key = keyOf(item, by, path);
      items = items.filter((each) => memberOf(each, by) !== key);
    } else throw new MergeFault("bad-directive", path);
  }
  if (isReplaced) return fresh;
  const merged = [...items];
  for (const item of fresh) {
    const key = keyOf(item, by, path);
    const place = merged.findIndex((each) => memberOf(each, by) === key);
    const present = merged[place];
    if (present === undefined) merged.push(item);
    else merged[place] = mergeObjects(present, item, path);
  }
  for (const item of merged) keyOf(item, by, path);
  return inOrder(merged, fresh, items, sameKey(by));
}

/** `$setElementOrder`: the writer's order of the whole list, though the patch holds only what changes. */
function mergeInOrder(before: Json | undefined, patch: Json | undefined, order: Json, path: readonly string[]): Json | undefined {
  if (!isJsonList(order) || (before !== undefined && !isJsonList(before)) || (patch !== undefined && !isJsonList(patch))) {
    throw new MergeFault("bad-list", path);
  }
  if (before === undefined && patch === undefined) return undefined;
  const cleaned = before === undefined ? withoutDirectives(patch ?? []) : mergeLists(before, patch ?? [], path);
  const merge = listMerges.get(path.join("."));
  const same = merge === undefined || merge === "set" ? jsonEquals : sameKey(merge.by);
  // An atomic list without a patch of its own stays what it is.
  const merged = merge === undefined && patch === undefined ? (before ?? []) : isJsonList(cleaned) ? cleaned : [];
  return inOrder(merged, order, before ?? [], same);
}

/**
 * The order the API server leaves a merged list in: what the patch names, as the patch orders it; in between what it does not name, each
 * before the next named item that it stood before until now.
 */
function inOrder(
  merged: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  same: (a: Json, b: Json) => boolean,
): readonly Json[] {
  const placeIn = (list: readonly Json[], item: Json): number => list.findIndex((each) => same(each, item));
  const named = merged.filter((item) => placeIn(patchOrder, item) >= 0).sort((a, b) => placeIn(patchOrder, a) - placeIn(patchOrder, b));
  const others = merged.filter((item) => placeIn(patchOrder, item) < 0).sort((a, b) => placeIn(serverOrder, a) - placeIn(serverOrder, b));
  const result: Json[] = [];
  for (const next of named) {
    const place = placeIn(serverOrder, next);
    while (others[0] !== undefined && place >= 0 && placeIn(serverOrder, others[0]) >= 0 && placeIn(serverOrder, others[0]) < place) {
      result.push(...others.splice(0, 1));
    }
    result.push(next);
  }
  return [...result, ...others];
}

function sameKey(by: string): (a: Json, b: Json) => boolean {
  return (a, b) => isJsonObject(a) && isJsonObject(b) && memberOf(a, by) === memberOf(b, by);
}

function objectsOf(list: readonly Json[], path: readonly string[]): readonly JsonObject[] {
  return list.map((item) => {
    if (!isJsonObject(item)) throw new MergeFault("bad-list", path);
    return item;
  });
}

function keyOf(item: JsonObject, by: string, path: readonly string[]): Json {
  const key = memberOf(item, by);
  if (key === undefined) throw new MergeFault("no-merge-key", path);
  return key;
}

function unique(items: readonly Json[]): readonly Json[] {
  return items.filter((item, index) => items.findIndex((each) => jsonEquals(each, item)) === index);
}

function contains(list: readonly Json[], item: Json): boolean {
  return list.some((each) => jsonEquals(each, item));
}

/** A value that meets nothing to merge with: directives have nothing to direct, and nulls nothing to remove. */
function withoutDirectives(value: Json): Json | undefined {
  if (isJsonList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, "$patch")) return undefined;
  const members = Object.entries(value).flatMap(([key, member]): [string, Json][] => {
    const kept = member === null ? undefined : withoutDirectives(member);
    return kept === undefined ? [] : [[key, kept]];
  });
  return Object.fromEntries(members);
}
