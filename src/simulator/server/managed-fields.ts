import { isJsonObject, type JsonObject, jsonEquals } from "../../kube/json-equal.ts";
import type { Json, KubeObject, ManagedFieldsEntry } from "../../kube/object.ts";
import type { Instant } from "../../runtime/clock.ts";
import { formatTime } from "../../kube/time.ts";

/** Atomic for the owner: a list such as `spec.taints` belongs to whoever wrote it last, as a whole. */
type Path = string;

const separator = "\n";

/**
 * Who set which field last, in the API server's form, kept for Nodes only: it tells whose cordon a cordon is. Simpler than the real thing:
 * one entry per manager, always `Update`, of labels, annotations and spec; what a status write changes is left out.
 */
export function withManagedFields<T extends KubeObject>(before: T | undefined, after: T, manager: string, now: Instant): T {
  const changed = changedPaths(before === undefined ? {} : owned(before), owned(after));
  if (changed.set.length === 0 && changed.unset.length === 0) return after;
  const entries = new Map<string, { readonly time: string | undefined; readonly paths: Set<Path> }>();
  for (const entry of before?.metadata.managedFields ?? []) {
    entries.set(entry.manager ?? "", { time: entry.time, paths: new Set(pathsOf(entry.fieldsV1 ?? {}, "")) });
  }
  for (const { paths } of entries.values()) for (const path of [...changed.set, ...changed.unset]) paths.delete(path);
  if (changed.set.length > 0) {
    const own = entries.get(manager)?.paths ?? new Set<Path>();
    for (const path of changed.set) own.add(path);
    entries.delete(manager);
    entries.set(manager, { time: formatTime(now), paths: own });
  }
  const managedFields: ManagedFieldsEntry[] = [];
  for (const [name, { time, paths }] of entries) {
    if (paths.size === 0) continue;
    managedFields.push({
      manager: name,
      operation: "Update",
      apiVersion: after.apiVersion ?? "v1",
      ...(time === undefined ? {} : { time }),
      fieldsType: "FieldsV1",
      fieldsV1: tree([...paths]),
    });
  }
  return { ...after, metadata: { ...after.metadata, managedFields } };
}

function owned(object: KubeObject): JsonObject {
  const { labels = {}, annotations = {} } = object.metadata;
  const spec = (object as { readonly spec?: Json }).spec ?? {};
  return { metadata: { labels, annotations }, spec };
}

function changedPaths(before: JsonObject, after: JsonObject): { readonly set: readonly Path[]; readonly unset: readonly Path[] } {
  const old = new Map(leaves(before, ""));
  const set: Path[] = [];
  for (const [path, value] of leaves(after, "")) {
    const was = old.get(path);
    if (was === undefined || !jsonEquals(was, value)) set.push(path);
    old.delete(path);
  }
  return { set, unset: [...old.keys()] };
}

function leaves(value: JsonObject, prefix: Path): readonly (readonly [Path, Json])[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const path = `${prefix}f:${key}`;
    return isJsonObject(member) ? leaves(member, path + separator) : [[path, member] as const];
  });
}

function pathsOf(fields: Json, prefix: Path): readonly Path[] {
  if (!isJsonObject(fields)) return [];
  return Object.entries(fields).flatMap(([key, inner]) =>
    isJsonObject(inner) && Object.keys(inner).length > 0 ? pathsOf(inner, prefix + key + separator) : [prefix + key],
  );
}

function tree(paths: readonly Path[]): JsonObject {
  const byHead = new Map<string, Path[]>();
  for (const path of paths) {
    const cut = path.indexOf(separator);
    const head = cut === -1 ? path : path.slice(0, cut);
    const rest = byHead.get(head) ?? [];
    if (cut !== -1) rest.push(path.slice(cut + 1));
    byHead.set(head, rest);
  }
  return Object.fromEntries([...byHead].map(([head, rest]) => [head, tree(rest)]));
}
