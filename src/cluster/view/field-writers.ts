import type { Json, ManagedFieldsEntry } from "../../kube/object.ts";
import type { FieldWriter } from "./cluster-view.ts";
import { fieldOf, isTaintEntry, readMark } from "./held-entry.ts";

/** The manager that owns `spec.unschedulable` is the one who set it last. */
export function whoCordoned(managed: readonly ManagedFieldsEntry[] | undefined): FieldWriter | undefined {
  return writerOf(managed, ["f:spec", "f:unschedulable"]);
}

/** Who last wrote what these entries of a record name. The taints of a node are one field to the API server, a label or an annotation is its own. */
export function writersOf(managed: readonly ManagedFieldsEntry[] | undefined, entries: readonly string[]): Record<string, FieldWriter> {
  const found: [string, FieldWriter | undefined][] = entries.map((entry) => {
    const mark = readMark(entry);
    if (mark !== undefined) return [fieldOf(mark), writerOf(managed, ["f:metadata", `f:${mark.kind}s`, `f:${mark.key}`])];
    return [taintsField, isTaintEntry(entry) ? writerOf(managed, ["f:spec", "f:taints"]) : undefined];
  });
  return Object.fromEntries(found.flatMap(([key, writer]) => (writer === undefined ? [] : [[key, writer]])));
}

/** Under which `writers` of a node name the last to write its taints. */
export const taintsField = "spec.taints";

function writerOf(managed: readonly ManagedFieldsEntry[] | undefined, path: readonly string[]): FieldWriter | undefined {
  for (const { manager, time, fieldsV1 } of managed ?? []) {
    if (manager === undefined || !holds(fieldsV1, path)) continue;
    return { manager, ...(time === undefined ? {} : { at: time }) };
  }
  return undefined;
}

function holds(fields: Json | undefined, path: readonly string[]): boolean {
  let at: Json | undefined = fields;
  for (const name of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return false;
    at = (at as { readonly [key: string]: Json })[name];
  }
  return at !== undefined;
}
