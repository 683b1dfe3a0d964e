import type { Json } from "./object.ts";

/** The name under which our writes stand in managedFields: what tells our changes from everybody else's. */
export const ownFieldManager = "drydock";

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "test" | "move" | "copy";
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** How a change is said. Strategic merge is for built-in kinds only (a custom resource answers 415). */
export type Patch =
  | { readonly kind: "merge"; readonly body: Json }
  | { readonly kind: "strategic"; readonly body: Json }
  | { readonly kind: "json"; readonly operations: readonly JsonPatchOperation[] }
  /** Server-side apply: the whole of what we want of the object, which is made where it is missing. `force` takes over the fields of others. */
  | { readonly kind: "apply"; readonly body: Json; readonly force: boolean };

export const patchContentType: Readonly<Record<Patch["kind"], string>> = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  // JSON is YAML. The type `application/apply-patch+json` is not known to every server.
  apply: "application/apply-patch+yaml",
};

/** RFC 7386: objects merge key by key, null removes, everything else replaces. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isRecord(patch)) return patch;
  const result = new Map<string, Json>(isRecord(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, applyMergePatch(result.get(key), value));
  }
  return Object.fromEntries(result);
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
