import type { CustomResourceDefinition, DefinitionCondition } from "../../../kube/custom-resource-definition.ts";
import { formatTime } from "../../../kube/time.ts";
import type { Instant } from "../../../runtime/clock.ts";

/** Holds a definition until its objects are gone. */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/** The definition as its first deletion leaves it (registry/customresourcedefinition, Delete): held, and from then on nothing is created. */
export function partingDefinition(definition: CustomResourceDefinition, now: Instant): CustomResourceDefinition {
  const { metadata } = definition;
  const finalizers = metadata.finalizers ?? [];
  const held: CustomResourceDefinition = {
    ...definition,
    metadata: {
      ...metadata,
      deletionTimestamp: formatTime(now),
      finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
    },
  };
  const message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
  return withDefinitionCondition(held, { type: "Terminating", status: "True", reason: "InstanceDeletionPending", message }, now);
}

/** The very same object where the condition says so already. */
export function withDefinitionCondition(
  definition: CustomResourceDefinition,
  condition: DefinitionCondition,
  now: Instant,
): CustomResourceDefinition {
  const { conditions = [] } = definition.status ?? {};
  const before = conditions.find(({ type }) => type === condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return definition;
  const others = conditions.filter(({ type }) => type !== condition.type);
  return {
    ...definition,
    status: { ...definition.status, conditions: [...others, { ...condition, lastTransitionTime: formatTime(now) }] },
  };
}
