import { isKubeError } from "../../client/errors.ts";
import { missingPermissions, type Need } from "../../maintenance/permissions.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import type { Millis } from "../../runtime/clock.ts";
import { type Manifest, ownershipLabel } from "../manifests/manifest.ts";
import { manifests } from "../manifests/manifests.ts";
import type { ManifestOptions } from "../manifests/options.ts";
import { apply, findObject } from "./apply.ts";
import { applyDefinition } from "./apply-definition.ts";
import type { Applied, InstallOutcome } from "./outcome.ts";
import { awaitReady } from "./readiness.ts";
import { rehearse } from "./rehearse.ts";
import { placeOf, resourceFor } from "./resources.ts";
import { type Superfluous, superfluous } from "./superfluous.ts";

export interface InstallOptions {
  readonly what: ManifestOptions;
  /** Ask the server what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Take over fields that somebody else keeps at another value. */
  readonly force: boolean;
  /** How long to wait until it runs. Absent: not at all. */
  readonly wait?: Millis;
  /** Asks whether that shall be done. Absent: nobody can be asked. Not called where nothing would change. */
  readonly agree?: (planned: readonly Applied[]) => Promise<boolean>;
  /** Called as each object is done. */
  readonly show: (applied: Applied) => void;
}

/**
 * Installs the operator, or brings an installation up to date. Everything is tried as a dry run first: missing rights, roles that would give
 * more than the one who installs has, and fields that others keep are told before the first change.
 */
export async function install(s: Surroundings, o: InstallOptions): Promise<InstallOutcome> {
  const applied: Applied[] = [];
  try {
    const missing = await missingPermissions(needsOf(manifests(o.what)), s);
    if (missing.length > 0) return { kind: "denied", missing };
    const all = await withoutForeignNamespace(manifests(o.what), s);
    const rehearsal = await rehearse(all, { version: o.what.version, force: o.force }, s);
    if (rehearsal.kind !== "planned") return rehearsal;
    const tooMany = await superfluous(o.what, s);
    const missingToPrune = await missingPermissions(
      tooMany.map(({ manifest }) => needOf(manifest, "delete")),
      s,
    );
    if (missingToPrune.length > 0) return { kind: "denied", missing: missingToPrune };
    const planned = [...tooMany.map(({ manifest }): Applied => ({ manifest, change: "pruned", warnings: [] })), ...rehearsal.applied];
    if (o.dryRun) {
      planned.forEach(o.show);
      return { kind: "previewed", applied: planned };
    }
    if (planned.some(({ change }) => change !== "unchanged")) {
      if (o.agree === undefined || !(await o.agree(planned))) return { kind: "declined", asked: o.agree !== undefined };
    }
    for (const each of tooMany) {
      const done = await prune(each, s);
      o.show(done);
      applied.push(done);
    }
    for (const manifest of all) {
      const done =
        manifest.kind === "CustomResourceDefinition"
          ? await applyDefinition(manifest, { version: o.what.version, dryRun: false }, s)
          : await apply(manifest, { dryRun: false, force: o.force }, s);
      if ("kind" in done) return done;
      o.show(done);
      applied.push(done);
    }
    const readiness = o.wait === undefined ? ({ kind: "not-asked" } as const) : await awaitReady(all, o.wait, s);
    return { kind: "installed", applied, readiness };
  } catch (error) {
    if (s.stop.aborted) return { kind: "stopped", applied };
    throw error;
  }
}

/** A namespace that was there before us keeps its labels: ours would forbid pods in it that are none of our business. */
async function withoutForeignNamespace(all: readonly Manifest[], s: Surroundings): Promise<readonly Manifest[]> {
  const own = all.find(({ kind, metadata }) => kind === "Namespace" && metadata.labels !== undefined);
  if (own === undefined) return all;
  const found = await findObject(own, s);
  const isForeign = found !== undefined && found.metadata.labels?.[ownershipLabel] !== own.metadata.labels?.[ownershipLabel];
  return isForeign ? all.filter((manifest) => manifest !== own) : all;
}

/** What server-side apply needs of each kind; `create` where the object is not there yet. */
function needsOf(all: readonly Manifest[]): readonly Need[] {
  const needs = all.flatMap((manifest) => {
    return (["get", "create", "patch"] as const).map((verb) => needOf(manifest, verb));
  });
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}

function needOf(manifest: Manifest, verb: string): Need {
  const { group, plural } = resourceFor(manifest);
  const { namespace } = manifest.metadata;
  return { verb, group, resource: plural, ...(namespace === undefined ? {} : { namespace }) };
}

/** Takes away what this installation shall not have any more. */
async function prune({ manifest, object }: Superfluous, { api, stop }: Surroundings): Promise<Applied> {
  try {
    await api.remove(
      resourceFor(manifest),
      { ...placeOf(manifest), uid: object.metadata.uid },
      { propagation: "Background" },
      { signal: stop },
    );
  } catch (error) {
    // Somebody else was faster.
    if (!isKubeError(error, "not-found", "conflict")) throw error;
  }
  return { manifest, change: "pruned", warnings: [] };
}
