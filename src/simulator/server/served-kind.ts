import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { StructuralSchema } from "../../kube/structural-schema/schema.ts";

type FieldLookup = (object: never) => string | undefined;

/** How the server treats the objects of one resource. */
export interface ServedKind {
  readonly resource: Resource;
  readonly subresources: readonly string[];
  /** Fields that can be selected by, besides metadata.name and metadata.namespace. */
  readonly fields: Readonly<Record<string, FieldLookup>>;
  /** `metadata.generation` counts the changes of the spec. Nodes have none. */
  readonly generations: boolean;
  /** A custom resource takes no strategic merge patch (415), and all but its metadata and status counts as its spec. */
  readonly custom: boolean;
  /** What its CustomResourceDefinition says, where it has one. */
  readonly defined?: Defined;
}

export interface Defined {
  readonly schema: StructuralSchema;
  /** Its definition is being deleted: nothing is created any more. */
  readonly terminating: boolean;
}

export type Traits = Partial<Omit<ServedKind, "resource">>;

export function served(resource: Resource, traits: Traits = {}): ServedKind {
  return { resource, subresources: [], fields: {}, generations: false, custom: false, ...traits };
}

/** The value of a selectable field; `undefined` for the function means that there is no such field to select by. */
export function fieldOf(kind: ServedKind, path: string): ((object: KubeObject) => string | undefined) | undefined {
  if (path === "metadata.name") return ({ metadata }) => metadata.name;
  if (path === "metadata.namespace" && kind.resource.namespaced) return ({ metadata }) => metadata.namespace;
  return Object.hasOwn(kind.fields, path) ? (kind.fields[path] as (object: KubeObject) => string | undefined) : undefined;
}
