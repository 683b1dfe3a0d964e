import type { KubeObject } from "../../kube/object.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { type Manifest, ownershipLabel } from "../manifests/manifest.ts";
import { operator } from "../manifests/manifests.ts";
import type { ManifestOptions } from "../manifests/options.ts";
import { findObject } from "./apply.ts";

export interface Superfluous {
  readonly manifest: Manifest;
  readonly object: KubeObject;
}

/**
 * Objects of an installation that was made with more parts than this one shall have. A webhook's configuration that is left would go on refusing
 * what nobody checks any more.
 */
export async function superfluous(what: ManifestOptions, s: Pick<Surroundings, "api" | "stop">): Promise<readonly Superfluous[]> {
  const wanted = new Set(operator(what).map(idOf));
  const most = operator({ ...what, withoutWebhooks: false, withoutMedik8s: false, replicas: Math.max(2, what.replicas) });
  const found: Superfluous[] = [];
  // Webhooks stand last: they go first.
  for (const manifest of most.filter((each) => !wanted.has(idOf(each))).toReversed()) {
    const object = await findObject(manifest, s);
    if (object?.metadata.labels?.[ownershipLabel] === manifest.metadata.labels?.[ownershipLabel] && object !== undefined)
      found.push({ manifest, object });
  }
  return found;
}

function idOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}
