import { isKubeError } from "../../client/errors.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { projectNode } from "../../cluster/view/project.ts";
import { liftCordon, releaseNode } from "../../execution/node-requests.ts";
import { nodes } from "../../kube/resource.ts";
import { holderOfCommand } from "../../maintenance/identity.ts";
import { releaseNodeLease } from "../../maintenance/node-lease/node-lease.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { leaseNamespace } from "../manifests/names.ts";
import type { HoldingObject } from "./look.ts";
import type { ReturnedNode } from "./outcome.ts";

/**
 * Undoes on a node what its record says that Drydock did, for every holder in it, and leaves what is somebody else's. The operator must be
 * gone: it would put it back.
 */
export async function returnNode(seen: NodeView, s: Surroundings): Promise<ReturnedNode> {
  const { name, held } = seen;
  if (held === "unreadable") return { name, state: "unreadable" };
  const request = { api: s.api, signal: s.stop };
  let node = seen;
  for (const holder of held?.holders ?? []) {
    const result = await releaseNode(node, holder, request);
    if (result.kind === "failed") return { name, state: "failed", detail: result.error.message };
    if (result.kind === "kept" && result.why === "foreign") return { name, state: "foreign", detail: result.by.join(", ") };
    if (result.kind === "kept" && result.why === "unreadable") return { name, state: "unreadable" };
    node = projectNode(await s.api.get(nodes, { name }, { signal: s.stop }));
  }
  // Somebody left it out on purpose before; whoever uninstalls and wants all nodes back overrides that.
  if (node.held !== undefined) {
    const lifted = await liftCordon(node, await holderOfCommand(s), request);
    if (lifted.kind === "failed") return { name, state: "failed", detail: lifted.error.message };
  }
  const { holders } = held ?? { holders: [] };
  return { name, state: "in-service", ...(holders.some(({ kind }) => kind !== "command") ? await withoutLease(name, s) : {}) };
}

/** A node in maintenance has a lease of ours, by which remediators leave it alone. Where it cannot be deleted it runs out by itself. */
async function withoutLease(node: string, s: Surroundings): Promise<{ readonly detail?: string }> {
  const { kind } = await releaseNodeLease(node, {}, { api: s.api, clock: s.clock, signal: s.stop });
  return kind === "failed" ? { detail: `its lease in ${leaseNamespace} could not be deleted, and runs out within the hour` } : {};
}

/** Takes our finalizer off an object, so that it can be deleted while nobody looks after it. What it says stays. */
export async function letGo(
  { resource, object, finalizer }: HoldingObject,
  { api, stop }: Pick<Surroundings, "api" | "stop">,
): Promise<void> {
  const at = { name: object.metadata.name };
  for (let seen = object; ; ) {
    const finalizers = (seen.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    const body = { metadata: { uid: object.metadata.uid, resourceVersion: seen.metadata.resourceVersion, finalizers } };
    try {
      await api.patch(resource, at, { kind: "merge", body }, {}, { signal: stop });
      return;
    } catch (error) {
      if (isKubeError(error, "not-found")) return;
      if (!isKubeError(error, "conflict")) throw error;
    }
    try {
      seen = await api.get(resource, at, { signal: stop });
    } catch (error) {
      if (isKubeError(error, "not-found")) return;
      throw error;
    }
    // Deleted and made anew meanwhile: that one was never ours.
    if (seen.metadata.uid !== object.metadata.uid) return;
  }
}
