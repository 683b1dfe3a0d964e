import type { Selection } from "../../client/kube-api.ts";
import { matchesFields, parseFieldSelector } from "../../kube/field-selector.ts";
import type { KubeObject } from "../../kube/object.ts";
import { matches, parseLabelSelector } from "../../kube/selector.ts";
import { badRequest } from "./refusal.ts";
import { fieldOf, type ServedKind } from "./served-kind.ts";

export type Matcher = (object: KubeObject) => boolean;

/** What a list or watch shows. Throws 400 for a selector that cannot be read, and for a field that cannot be selected by. */
export function matcherOf(kind: ServedKind, { namespace, labelSelector = "", fieldSelector = "" }: Selection): Matcher {
  const labels = parseLabelSelector(labelSelector);
  if (!labels.ok) throw badRequest(labels.message);
  const fields = parseFieldSelector(fieldSelector);
  if (!fields.ok) throw badRequest(fields.message);
  for (const { path } of fields.selector) {
    if (fieldOf(kind, path) === undefined) {
      throw badRequest(unknownField(kind, path));
    }
  }
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    matches(labels.selector, object.metadata.labels) &&
    matchesFields(fields.selector, (path) => fieldOf(kind, path)?.(object));
}

/** Kinds with fields of their own have a conversion that answers, all others the default one. */
function unknownField({ fields, resource, custom }: ServedKind, path: string): string {
  if (custom || Object.keys(fields).length > 0) return `field label not supported: ${path}`;
  const known = ["metadata.name", ...(resource.namespaced ? ["metadata.namespace"] : [])].map((field) => JSON.stringify(field));
  return `${JSON.stringify(path)} is not a known field selector: only ${known.join(", ")}`;
}
