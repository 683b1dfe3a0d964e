import { type CustomResourceDefinition, isEstablished, resourceOf } from "../../../kube/custom-resource-definition.ts";
import { isJsonObject } from "../../../kube/json-equal.ts";
import type { Json, KubeObject } from "../../../kube/object.ts";
import { served, type ServedKind } from "../served-kind.ts";

/** What a definition adds to the resources of the cluster; undefined until its names are accepted. */
export function definedKind(definition: CustomResourceDefinition): ServedKind | undefined {
  const version = definition.spec.versions.find((each) => each.served);
  if (version === undefined || !isEstablished(definition)) return undefined;
  const { schema, subresources, selectableFields = [] } = version;
  return served(resourceOf(definition, version.name), {
    subresources: subresources?.status === undefined ? [] : ["status"],
    fields: Object.fromEntries(selectableFields.map(({ jsonPath }) => [jsonPath.replace(/^\./, ""), fieldAt(jsonPath)])),
    generations: true,
    custom: true,
    defined: { schema: schema?.openAPIV3Schema ?? {}, terminating: definition.metadata.deletionTimestamp !== undefined },
  });
}

/** Selectable fields are simple paths: ".spec.nodeName". */
function fieldAt(jsonPath: string): (object: KubeObject) => string | undefined {
  const steps = jsonPath.split(".").slice(1);
  return (object) => {
    let value: Json | undefined = object as unknown as Json;
    for (const step of steps) value = isJsonObject(value) ? value[step] : undefined;
    return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
  };
}
