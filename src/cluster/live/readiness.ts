import { isKubeError, type KubeError } from "../../client/errors.ts";
import type { NodeView, PodView } from "../view/cluster-view.ts";
import type { Source } from "./sources.ts";

export type Readiness =
  | { readonly kind: "ready" }
  | { readonly kind: "denied"; readonly verb: "list" | "get"; readonly resource: string; readonly error: KubeError }
  | { readonly kind: "failed"; readonly resource: string; readonly error: KubeError };

/** Nodes and pods are required; budgets, and what else is optional, may be denied (then the server's refusals drive), but not unreachable. */
export async function readiness(
  nodeSources: readonly Source<NodeView>[],
  podSources: readonly Source<PodView>[],
  optional: readonly Pick<Source<unknown>, "resource" | "reflector">[],
  confirmOwners: () => Promise<void>,
  readNodesByName: () => Promise<"read" | KubeError>,
): Promise<Readiness> {
  for (const { resource, reflector } of podSources) {
    const outcome = await reflector.firstOutcome;
    if (outcome === "synced") continue;
    if ("failed" in outcome) return { kind: "failed", resource, error: outcome.failed };
    return { kind: "denied", verb: "list", resource, error: outcome.denied };
  }
  for (const { resource, reflector } of nodeSources) {
    const outcome = await reflector.firstOutcome;
    if (outcome === "synced") continue;
    if ("failed" in outcome) return { kind: "failed", resource, error: outcome.failed };
    const read = await readNodesByName();
    if (read === "read") break; // All of them.
    return isKubeError(read, "forbidden")
      ? { kind: "denied", verb: "get", resource, error: read }
      : { kind: "failed", resource, error: read };
  }
  for (const { resource, reflector } of optional) {
    const outcome = await reflector.firstOutcome;
    if (outcome !== "synced" && "failed" in outcome) return { kind: "failed", resource, error: outcome.failed };
  }
  await confirmOwners();
  return { kind: "ready" };
}
