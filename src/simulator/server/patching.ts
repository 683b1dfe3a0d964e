import { type JsonObject, isJsonObject, jsonEquals } from "../../kube/json-equal.ts";
import { applyJsonPatch } from "../../kube/json-patch.ts";
import type { Json, KubeObject } from "../../kube/object.ts";
import { applyMergePatch, type Patch } from "../../kube/patch.ts";
import type { Pod } from "../../kube/pod.ts";
import { nodes, pods } from "../../kube/resource.ts";
import { applyStrategicMerge } from "../../kube/strategic-merge.ts";
import type { Instant } from "../../runtime/clock.ts";
import { isSame } from "../store/store.ts";
import { demandValid } from "./built-in-validation.ts";
import { demandConforming, type Shaped, shaped } from "./custom-resources/conforming.ts";
import { withManagedFields } from "./managed-fields.ts";
import { frozenFields } from "./pod-admission.ts";
import { badRequest, conflict, invalid, modified, unsupportedMediaType } from "./refusal.ts";
import type { Requester } from "./requester.ts";
import type { ServedKind } from "./served-kind.ts";

/** Written by the server alone: what a patch says of them is passed over. */
const serverOwned = ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields", "selfLink"];

/**
 * The object after a patch, or the very same object where the patch changes nothing: nothing is written then, and nobody is told.
 * A resourceVersion within the patch is a precondition; a uid is not: another one is an invalid change.
 *
 * @throws KubeError 400, 409 (another version), 415, 422 (a `test` that fails, an immutable field)
 */
export function patched(
  kind: ServedKind,
  before: KubeObject,
  patch: Patch,
  subresource: string | undefined,
  by: Requester,
  now: Instant,
): Shaped {
  const { resource } = kind;
  const { name } = before.metadata;
  const { object: raw, warnings } = shaped(kind, rawlyPatched(kind, before, patch));
  const { resourceVersion, uid } = raw.metadata;
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) throw conflict(resource, name, modified);
  if (uid !== undefined && uid !== before.metadata.uid)
    throw invalid(resource, name, `metadata.uid: Invalid value: ${JSON.stringify(uid)}: field is immutable`);
  if (raw.metadata.name !== name || raw.metadata.namespace !== before.metadata.namespace) {
    throw badRequest("the name of the object does not match the name on the URL");
  }
  const after = subresource === "status" ? { ...before, status: statusOf(raw) } : merged(kind, before, raw);
  if (isSame(resource, pods)) {
    const touched = frozenFields((before as Pod).spec, (after as Pod).spec);
    if (touched.length > 0)
      throw invalid(resource, name, `spec: Forbidden: pod updates may not change fields other than those allowed: ${touched.join(", ")}`);
  }
  if (jsonEquals(asJson(before), asJson(after))) return { object: before, warnings };
  demandValid(resource, after as KubeObject);
  demandConforming(kind, after as KubeObject, before, subresource);
  const object =
    isSame(resource, nodes) && subresource === undefined ? withManagedFields(before, after as KubeObject, by.manager, now) : after;
  return { object, warnings };
}

function rawlyPatched(kind: ServedKind, before: KubeObject, patch: Patch): KubeObject {
  const target = asJson(before);
  const { resource } = kind;
  switch (patch.kind) {
    case "merge":
      return objectOf(applyMergePatch(target, patch.body));
    case "strategic": {
      if (kind.custom) throw unsupportedMediaType("application/strategic-merge-patch+json is not supported for custom resources");
      const result = applyStrategicMerge(target, patch.body);
      if (!result.ok) throw badRequest(`invalid strategic merge patch: ${result.failure.kind} at ${result.failure.path}`);
      return objectOf(result.value);
    }
    case "json": {
      const result = applyJsonPatch(target, patch.operations);
      if (result.ok) return objectOf(result.value);
      const { kind: why, path, index } = result.failure;
      const says = `operation ${index} (${path}): ${why === "test" ? "testing value failed" : why}`;
      throw invalid(resource, before.metadata.name, `the server rejected our request due to an error in our request: ${says}`);
    }
    case "apply":
      // Read plainly: what is said is merged, lists as a whole, and what was said once and no longer is stays. Nobody's fields conflict.
      return objectOf(applyMergePatch(target, patch.body));
  }
}

/** Everything but the status; a changed spec counts as a new generation. */
function merged(kind: ServedKind, before: KubeObject, raw: KubeObject): KubeObject {
  const old = before.metadata as unknown as JsonObject;
  const metadata: Record<string, Json> = {};
  for (const [key, value] of Object.entries(raw.metadata as unknown as JsonObject)) if (!serverOwned.includes(key)) metadata[key] = value;
  for (const key of [...serverOwned, "uid", "resourceVersion"]) if (old[key] !== undefined) metadata[key] = old[key];
  if (Array.isArray(metadata["finalizers"]) && metadata["finalizers"].length === 0) delete metadata["finalizers"];
  const { status: _, ...content } = raw as KubeObject & { readonly status?: Json };
  const status = kind.subresources.includes("status") ? statusOf(before) : statusOf(raw);
  const isNewSpec = kind.custom ? !jsonEquals(contentOf(kind, before), contentOf(kind, raw)) : !jsonEquals(specOf(before), specOf(raw));
  if (kind.generations && isNewSpec) metadata["generation"] = (before.metadata.generation ?? 0) + 1;
  const after = { ...content, apiVersion: before.apiVersion, kind: before.kind, metadata, ...(status === undefined ? {} : { status }) };
  return after as unknown as KubeObject;
}

function objectOf(value: Json): KubeObject {
  if (!isJsonObject(value) || !isJsonObject(value["metadata"])) throw badRequest("the patch leaves no object");
  return value as unknown as KubeObject;
}

function statusOf(object: KubeObject): Json | undefined {
  return (object as { readonly status?: Json }).status;
}

function specOf(object: KubeObject): Json {
  return (object as { readonly spec?: Json }).spec ?? null;
}

/** All that counts as a generation of a custom resource: everything but its metadata, and its status where that is written apart. */
function contentOf({ subresources }: ServedKind, object: KubeObject): Json {
  const { metadata: _, status, ...content } = object as KubeObject & { readonly status?: Json };
  return (subresources.includes("status") || status === undefined ? content : { ...content, status }) as Json;
}

function asJson(object: KubeObject): Json {
  return object as unknown as Json;
}
