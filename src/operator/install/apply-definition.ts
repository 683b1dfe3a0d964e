import { definitions } from "../../api/crd.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { applyDefinitions, type DefinitionOutcome } from "../crds.ts";
import type { Manifest } from "../manifests/manifest.ts";
import type { Applied } from "./outcome.ts";

/** Why a kind cannot be worked with. */
export interface Unusable {
  readonly kind: "kind-unusable";
  readonly name: string;
  readonly message: string;
}

/**
 * Brings the definition of a kind into the cluster as the operator itself does when it starts: what stands there is taken over without loss, and
 * one of a newer version is left as it is.
 */
export async function applyDefinition(
  manifest: Manifest,
  o: { readonly version: string; readonly dryRun: boolean },
  s: Surroundings,
): Promise<Applied | Unusable> {
  const ours = definitions.filter(({ metadata }) => metadata.name === manifest.metadata.name);
  const [outcome] = await applyDefinitions(ours, o, s);
  if (outcome === undefined) throw new Error(`no definition is called ${manifest.metadata.name}`);
  if (outcome.kind !== "established" && outcome.kind !== "awaited")
    return { kind: "kind-unusable", name: outcome.name, message: reasonOf(outcome) };
  const { change, warnings } = outcome;
  switch (change.kind) {
    case "created":
    case "unchanged":
      return { manifest, change: change.kind, warnings };
    case "updated":
      return { manifest, change: "configured", warnings };
    case "left-newer":
      return { manifest, change: "unchanged", warnings: [...warnings, `left as version ${change.version} made it, which is newer`] };
    case "left-denied":
      return { manifest, change: "unchanged", warnings: [...warnings, `left as it is: ${change.message}`] };
  }
}

function reasonOf(outcome: Exclude<DefinitionOutcome, { readonly kind: "established" | "awaited" }>): string {
  switch (outcome.kind) {
    case "denied":
    case "refused":
    case "names-taken":
      return outcome.message;
    case "foreign":
      return `another kind stands under this name: ${outcome.what}`;
    case "terminating":
      return "it is being deleted, with all its objects; run the same command again when it is gone";
    case "contended":
      return "somebody else changes it again and again; its managedFields say who";
  }
}
