import type { CustomResourceDefinition, DefinitionNames, DefinitionVersion } from "../../kube/custom-resource-definition.ts";
import { jsonEquals } from "../../kube/json-equal.ts";
import type { Json } from "../../kube/object.ts";
import { type Definition, versionAnnotation } from "./definition.ts";
import { compareVersions } from "./version-order.ts";
import { widened } from "./widened.ts";

/**
 * What becomes of the definition that stands in a cluster. "ours": our schema replaces the one of the same version. "shared": somebody else's
 * kind; all that stands there stays, and what we need is added.
 */
export type Ownership = "ours" | "shared";

export type TakeOver =
  | { readonly kind: "unchanged" }
  /** A merge patch, less the resourceVersion that it was made for. */
  | { readonly kind: "change"; readonly patch: { readonly [key: string]: Json } }
  /** A newer Drydock wrote it. */
  | { readonly kind: "newer"; readonly version: string }
  /** Another kind under the same name. */
  | { readonly kind: "foreign"; readonly what: string };

/**
 * How the definition in the cluster becomes one that we can work with. No version that is served or stored is taken away, whatever wrote it;
 * labels, annotations, owners and conversion stay as they are.
 */
export function takeOver(theirs: CustomResourceDefinition, ours: Definition, version: string, ownership: Ownership): TakeOver {
  const foreign = whatIsForeign(theirs, ours);
  if (foreign !== undefined) return { kind: "foreign", what: foreign };
  const written = theirs.metadata.annotations?.[versionAnnotation];
  if (written !== undefined && (compareVersions(written, version) ?? 0) > 0) return { kind: "newer", version: written };
  const names = joinedNames(theirs.spec.names, ours.spec.names);
  const versions = joinedVersions(theirs.spec.versions, ours.spec.versions, ownership);
  const spec = {
    ...(jsonEquals(json(names), json(theirs.spec.names)) ? {} : { names: json(names) }),
    ...(jsonEquals(json(versions), json(theirs.spec.versions)) ? {} : { versions: json(versions) }),
  };
  const changesSpec = Object.keys(spec).length > 0;
  if (!changesSpec && written === version) return { kind: "unchanged" };
  return { kind: "change", patch: { metadata: { annotations: { [versionAnnotation]: version } }, ...(changesSpec ? { spec } : {}) } };
}

function whatIsForeign({ spec: theirs }: CustomResourceDefinition, { spec: ours }: Definition): string | undefined {
  if (theirs.names.kind !== ours.names.kind) return `its kind is ${theirs.names.kind}, not ${ours.names.kind}`;
  return theirs.scope === ours.scope ? undefined : `its scope is ${theirs.scope}, not ${ours.scope}`;
}

function joinedNames(theirs: DefinitionNames, ours: DefinitionNames): DefinitionNames {
  const shortNames = [...new Set([...(theirs.shortNames ?? []), ...(ours.shortNames ?? [])])];
  return { ...theirs, ...(shortNames.length === 0 ? {} : { shortNames }) };
}

type Versions = readonly DefinitionVersion[];

function joinedVersions(theirs: Versions, ours: Versions, ownership: Ownership): Versions {
  const kept = theirs.map((version) => {
    const own = ours.find(({ name }) => name === version.name);
    if (ownership === "ours") return own ?? { ...version, storage: false };
    return own === undefined ? version : added(version, own);
  });
  const fresh = ours.filter(({ name }) => !theirs.some((version) => version.name === name));
  // Exactly one version is stored; of a kind that is not ours that is not for us to change.
  return [...kept, ...fresh.map((version) => (ownership === "ours" ? version : { ...version, storage: false }))];
}

/** Their version with our fields and columns. */
function added(theirs: DefinitionVersion, ours: DefinitionVersion): DefinitionVersion {
  const [before, after] = [theirs.schema?.openAPIV3Schema, ours.schema?.openAPIV3Schema];
  const schema = before === undefined ? after : after === undefined ? before : widened(before, after);
  return {
    ...theirs,
    ...(schema === undefined ? {} : { schema: { openAPIV3Schema: schema } }),
    subresources: { ...ours.subresources, ...theirs.subresources },
    additionalPrinterColumns: columns(theirs, ours),
  };
}

/** Ours in our order, and before them those that only they have. */
function columns(theirs: DefinitionVersion, ours: DefinitionVersion): NonNullable<DefinitionVersion["additionalPrinterColumns"]> {
  const own = ours.additionalPrinterColumns ?? [];
  const others = theirs.additionalPrinterColumns?.filter(({ name }) => !own.some((column) => column.name === name)) ?? [];
  return [...others, ...own];
}

/** Types of schemas say what may stand in them; on the wire they are plain JSON. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
