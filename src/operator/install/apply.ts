import { isKubeError } from "../../client/errors.ts";
import { jsonEquals } from "../../kube/json-equal.ts";
import type { Json, KubeObject } from "../../kube/object.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import type { Manifest } from "../manifests/manifest.ts";
import type { Applied, Change } from "./outcome.ts";
import { placeOf, resourceFor } from "./resources.ts";

export interface ApplyOptions {
  readonly dryRun: boolean;
  /** Take over fields that somebody else keeps at another value. */
  readonly force: boolean;
}

/**
 * Server-side apply of one object under our field manager: fields that others added stay theirs, and one that they keep at another value is a
 * conflict unless `force` takes it.
 * @throws KubeError "conflict" with a cause for each such field, "forbidden", …
 */
export async function apply(manifest: Manifest, { dryRun, force }: ApplyOptions, s: Pick<Surroundings, "api" | "stop">): Promise<Applied> {
  const call = { signal: s.stop };
  const resource = resourceFor(manifest);
  const before = await findObject(manifest, s);
  const { object, warnings } = await s.api.patch(resource, placeOf(manifest), { kind: "apply", body: manifest, force }, { dryRun }, call);
  return { manifest, change: changeOf(before, object), warnings };
}

/** What stands under this name now; undefined where nothing does. */
export async function findObject(
  manifest: Pick<Manifest, "kind" | "metadata">,
  { api, stop }: Pick<Surroundings, "api" | "stop">,
): Promise<KubeObject | undefined> {
  try {
    return await api.get(resourceFor(manifest), placeOf(manifest), { signal: stop });
  } catch (error) {
    if (isKubeError(error, "not-found")) return undefined;
    throw error;
  }
}

/** A dry run changes no resource version, so what tells is the content. */
function changeOf(before: KubeObject | undefined, after: KubeObject): Change {
  if (before === undefined) return "created";
  return jsonEquals(content(before), content(after)) ? "unchanged" : "configured";
}

/** Without what changes by being looked after, and without what controllers write meanwhile. */
function content(object: KubeObject): Json {
  const {
    metadata,
    status: _,
    ...rest
  } = object as unknown as { readonly metadata: { readonly [field: string]: Json }; readonly status?: Json };
  const { managedFields: __, resourceVersion: ___, generation: ____, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
