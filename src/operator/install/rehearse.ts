import { isKubeError, type KubeError } from "../../client/errors.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { apply } from "./apply.ts";
import { applyDefinition, type Unusable } from "./apply-definition.ts";
import type { Applied, FieldConflict } from "./outcome.ts";

export type Rehearsal =
  | { readonly kind: "planned"; readonly applied: readonly Applied[] }
  | { readonly kind: "forbidden"; readonly manifest: Manifest; readonly message: string }
  | { readonly kind: "conflicts"; readonly conflicts: readonly FieldConflict[] }
  | Unusable;

/**
 * What applying these would do, by dry runs: the server checks rights, roles (nobody may give more than he has), schemas and fields of others,
 * and changes nothing. What would stand in a namespace that is yet to be made cannot be tried; it is new in any case.
 */
export async function rehearse(
  all: readonly Manifest[],
  { version, force }: { readonly version: string; readonly force: boolean },
  s: Surroundings,
): Promise<Rehearsal> {
  const applied: Applied[] = [];
  const conflicts: FieldConflict[] = [];
  const toBeMade = new Set<string>();
  for (const manifest of all) {
    const { kind, metadata } = manifest;
    if (metadata.namespace !== undefined && toBeMade.has(metadata.namespace)) {
      applied.push({ manifest, change: "created", warnings: [] });
      continue;
    }
    if (kind === "CustomResourceDefinition") {
      const done = await applyDefinition(manifest, { version, dryRun: true }, s);
      if ("kind" in done) return done;
      applied.push(done);
      continue;
    }
    try {
      const done = await apply(manifest, { dryRun: true, force }, s);
      if (kind === "Namespace" && done.change === "created") toBeMade.add(metadata.name);
      applied.push(done);
    } catch (error) {
      if (isKubeError(error, "forbidden")) return { kind: "forbidden", manifest, message: messageOf(error) };
      if (!isKubeError(error, "conflict")) throw error;
      conflicts.push(...conflictsIn(manifest, error));
    }
  }
  return conflicts.length === 0 ? { kind: "planned", applied } : { kind: "conflicts", conflicts };
}

/** managedFields: each field that another manager keeps is a cause of the refusal. */
function conflictsIn(manifest: Manifest, error: KubeError): readonly FieldConflict[] {
  const causes = error.status?.details?.causes ?? [];
  if (causes.length === 0) return [{ manifest, message: messageOf(error) }];
  return causes.map(({ field = "", message = "" }) => ({ manifest, message: field === "" ? message : `${field}: ${message}` }));
}

function messageOf(error: KubeError): string {
  return error.status?.message ?? error.message;
}
