import type { JsonObject } from "../../../kube/json-equal.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { applyDefaults } from "../../../kube/structural-schema/defaults.ts";
import type { FieldError } from "../../../kube/structural-schema/field-error.ts";
import { prune } from "../../../kube/structural-schema/prune.ts";
import { validate, validateStatus } from "../../../kube/structural-schema/validate.ts";
import { invalidFields } from "../refusal.ts";
import { faultsOfRules } from "../rules/rules.ts";
import type { ServedKind } from "../served-kind.ts";

export interface Shaped {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** The object as the schema of its definition leaves it: pruned and defaulted, with a warning for every field that it does not know. */
export function shaped({ defined }: ServedKind, object: KubeObject): Shaped {
  if (defined === undefined) return { object, warnings: [] };
  const { value, unknown } = prune(asJson(object), defined.schema);
  const next = applyDefaults(value, defined.schema) as unknown as KubeObject;
  return { object: next, warnings: unknown.map((path) => `unknown field ${JSON.stringify(path)}`) };
}

/** @throws KubeError 422 with a cause for every field that is wrong */
export function demandConforming(
  { defined, resource }: ServedKind,
  object: KubeObject,
  before: KubeObject | undefined,
  subresource: string | undefined,
): void {
  if (defined === undefined) return;
  const { schema } = defined;
  const old = before === undefined ? undefined : asJson(before);
  const shape: readonly FieldError[] =
    subresource === "status" && old !== undefined ? validateStatus(asJson(object), schema, old) : validate(asJson(object), schema, old);
  const faults = [...shape, ...faultsOfRules(asJson(object), schema, old, shape)];
  if (faults.length > 0) throw invalidFields(resource, object.metadata.name, faults);
}

function asJson(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}
