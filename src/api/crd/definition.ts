import type { z } from "zod";
import type { CustomResourceDefinition, DefinitionVersion } from "../../kube/custom-resource-definition.ts";
import { qualifiedName, type Resource } from "../../kube/resource.ts";
import type { StructuralSchema } from "../../kube/structural-schema/schema.ts";
import { structuralSchemaOf } from "./structural-schema-of.ts";

export type PrinterColumn = NonNullable<DefinitionVersion["additionalPrinterColumns"]>[number];

/** A CustomResourceDefinition before it is written to a cluster. */
export interface Definition extends Pick<CustomResourceDefinition, "spec"> {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

export interface KindSource {
  readonly resource: Resource;
  readonly schema: z.ZodType;
  readonly shortNames: readonly string[];
  readonly columns: readonly PrinterColumn[];
  readonly selectableFields?: readonly string[];
}

/** Which version of Drydock wrote the definition: an older one leaves it as it is. */
export const versionAnnotation = "drydock.dev/version";

export function definitionOf({ resource, schema, shortNames, columns, selectableFields }: KindSource): Definition {
  const { group, version, plural, kind, namespaced } = resource;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: qualifiedName(resource) },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames },
      scope: namespaced ? "Namespaced" : "Cluster",
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          ...(selectableFields === undefined ? {} : { selectableFields: selectableFields.map((jsonPath) => ({ jsonPath })) }),
          schema: { openAPIV3Schema: asObject(structuralSchemaOf(schema), kind) },
        },
      ],
    },
  };
}

export function atVersion(definition: Definition, version: string): Definition {
  const { metadata } = definition;
  return { ...definition, metadata: { ...metadata, annotations: { ...metadata.annotations, [versionAnnotation]: version } } };
}

/** With the fields that every object has. */
function asObject(schema: StructuralSchema, kind: string): StructuralSchema {
  const { properties, ...rest } = schema;
  return {
    ...rest,
    properties: {
      apiVersion: { description: "Group and version of this kind.", type: "string" },
      kind: { description: `What it is: ${kind}.`, type: "string" },
      metadata: { type: "object" },
      ...properties,
    },
  };
}
