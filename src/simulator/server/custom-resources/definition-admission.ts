import { type CustomResourceDefinition, customResourceDefinitions } from "../../../kube/custom-resource-definition.ts";
import { at, type FieldError, invalid, required } from "../../../kube/structural-schema/field-error.ts";
import { faultsOfDefinedRules } from "../rules/rules.ts";
import { invalidFields, notImplemented } from "../refusal.ts";

/** The defaults of a definition (apiextensions.k8s.io/v1): the singular and the list kind are made of the other names. */
export function defaulted(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { names } = definition.spec;
  const { singular = names.kind.toLowerCase(), listKind = `${names.kind}List` } = names;
  return { ...definition, spec: { conversion: { strategy: "None" }, ...definition.spec, names: { ...names, singular, listKind } } };
}

/** @throws KubeError 422 */
export function demandSound(definition: CustomResourceDefinition): void {
  const faults = faultsOf(definition);
  if (faults.length > 0) throw invalidFields(customResourceDefinitions, definition.metadata.name, faults);
}

/**
 * What is wrong with a definition, as far as a mistake in one would be noticed here.
 *
 * @throws KubeError 501 for one that serves several versions: nothing is converted here
 */
function faultsOf({ metadata, spec }: CustomResourceDefinition): readonly FieldError[] {
  const faults: FieldError[] = [];
  const { names, group, versions } = spec;
  if (metadata.name !== `${names.plural}.${group}`) {
    faults.push(invalid("metadata.name", metadata.name, `must be spec.names.plural+"."+spec.group`));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    faults.push(invalid("spec.versions", undefined, "must have exactly one version marked as storage version"));
  }
  for (const [index, { schema }] of versions.entries()) {
    // The schema of an only version stands at the top of the server's internal type.
    const path = versions.length === 1 ? "spec.validation.openAPIV3Schema" : `${at("spec.versions", index)}.schema.openAPIV3Schema`;
    if (schema?.openAPIV3Schema === undefined)
      faults.push(required(`${at("spec.versions", index)}.schema.openAPIV3Schema`, "schemas are required"));
    else faults.push(...faultsOfDefinedRules(schema.openAPIV3Schema, path));
    if (schema?.openAPIV3Schema !== undefined && schema.openAPIV3Schema.type !== "object")
      faults.push(invalid(`${path}.type`, schema.openAPIV3Schema.type ?? "", "must be object"));
  }
  if (versions.filter(({ served }) => served).length > 1) {
    throw notImplemented(`the definition ${metadata.name} with several served versions; one is`);
  }
  return faults;
}
