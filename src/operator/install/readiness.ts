import { type CustomResourceDefinition, isEstablished } from "../../kube/custom-resource-definition.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Manifest } from "../manifests/manifest.ts";
import type { Readiness } from "./outcome.ts";
import { placeOf, printedName, resourceFor } from "./resources.ts";
import { until } from "./until.ts";

/** apps/v1, as far as a rollout is told from it. */
interface Deployment extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** Waits until the kinds are served and the pods of this version run: at most `patience`. */
export async function awaitReady(applied: readonly Manifest[], patience: Millis, s: Surroundings): Promise<Readiness> {
  const awaited = new Set(applied.filter(({ kind }) => kind === "CustomResourceDefinition" || kind === "Deployment"));
  let available = 0;
  let replicas = 0;
  const pace = new AbortController();
  using deadline = s.clock.deadline(patience, AbortSignal.any([s.stop, pace.signal]));
  const one = async (manifest: Manifest): Promise<void> => {
    const holds = (object: KubeObject): boolean => {
      if (manifest.kind === "CustomResourceDefinition") return isEstablished(object as CustomResourceDefinition);
      available = (object as Deployment).status?.availableReplicas ?? 0;
      replicas = (object as Deployment).spec?.replicas ?? 1;
      return isRolledOut(object);
    };
    await until(resourceFor(manifest), placeOf(manifest), (here) => here.some(holds), {
      ...s,
      stop: deadline.signal,
    });
    awaited.delete(manifest);
  };
  try {
    await Promise.all([...awaited].map(one));
    return { kind: "ready", replicas };
  } catch (error) {
    if (s.stop.aborted || !deadline.signal.aborted) throw error;
    return { kind: "late", awaited: [...awaited].map(printedName), available, replicas };
  } finally {
    pace.abort();
  }
}

/** As `kubectl rollout status` tells it (polymorphichelpers/rollout_status.go): of this generation, all updated, none of the old ones left, all available. */
function isRolledOut({ metadata, spec, status }: Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}
