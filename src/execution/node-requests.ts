import type { KubeApi, Written } from "../client/kube-api.ts";
import { isKubeError, KubeError, NoAnswerError } from "../client/errors.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import type { Holder, HolderDeadline } from "../cluster/view/holder.ts";
import { projectNode } from "../cluster/view/project.ts";
import type { Node } from "../kube/node.ts";
import type { Patch } from "../kube/patch.ts";
import { nodes } from "../kube/resource.ts";
import { planDeadline, planHold, planLift, planProven, planRelease } from "./hold.ts";
import type { Override } from "./event.ts";

/** Somebody else wrote the node between our read and our write this often in a row: give up and say so. */
export const conflictLimit = 8;

export type HoldResult =
  | { readonly kind: "held"; readonly already: boolean; readonly foreign: boolean; readonly version: string }
  | { readonly kind: "refused"; readonly code: "record-unreadable" | "record-too-large" }
  | { readonly kind: "failed"; readonly error: KubeError };

export type LiftResult =
  | { readonly kind: "lifted"; readonly already: boolean; readonly overrides: readonly Override[] }
  | { readonly kind: "failed"; readonly error: KubeError };

export interface NodeRequest {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
  readonly dryRun?: boolean;
}

/** Takes the node out of scheduling with its record, in one write under the version that was read; reads again on a conflict. */
export async function holdNode(seen: NodeView, holder: Holder, request: NodeRequest): Promise<HoldResult> {
  return await retryConflicts(seen, request, async (node) => {
    const plan = planHold(node, holder);
    if (plan.kind === "refused") return plan;
    if (plan.kind === "held") return { kind: "held", already: true, foreign: plan.foreign, version: node.resourceVersion };
    const { object } = await patchNode(node.name, plan.patch, request);
    return { kind: "held", already: plan.already, foreign: plan.foreign, version: object.metadata.resourceVersion };
  });
}

/** Notes on the node that its drain is proven. A note only: where it cannot be written, the next look just knows less. */
export async function noteProven(seen: NodeView, holder: Holder, at: string, request: NodeRequest): Promise<void> {
  await retryConflicts(seen, request, async (node) => {
    const patch = planProven(node, holder, at);
    if (patch !== undefined) await patchNode(node.name, patch, request);
    return { kind: "noted" } as const;
  });
}

/** Writes this holder's deadline on the node, or takes it away. */
export async function noteDeadline(
  seen: NodeView,
  holder: Holder,
  deadline: HolderDeadline | undefined,
  request: NodeRequest,
): Promise<{ readonly kind: "noted" } | { readonly kind: "failed"; readonly error: KubeError }> {
  return await retryConflicts(seen, request, async (node) => {
    const patch = planDeadline(node, holder, deadline);
    if (patch !== undefined) await patchNode(node.name, patch, request);
    return { kind: "noted" } as const;
  });
}

/** Puts the node back into scheduling, whoever took it out, and says whom that overrides. */
export async function liftCordon(seen: NodeView, by: Holder, request: NodeRequest): Promise<LiftResult> {
  return await retryConflicts(seen, request, async (node) => {
    const plan = planLift(node, by);
    if (plan.kind === "nothing") return { kind: "lifted", already: true, overrides: [] };
    await patchNode(node.name, plan.patch, request);
    return { kind: "lifted", already: plan.already, overrides: plan.overrides };
  });
}

/** Lets go of the node: lifts our own cordon, unless somebody else holds it too; says why where it does not. */
export async function releaseNode(
  seen: NodeView,
  by: Holder,
  request: NodeRequest,
): Promise<
  | { readonly kind: "released" }
  | { readonly kind: "kept"; readonly why: "foreign" | "held"; readonly by: readonly string[] }
  | { readonly kind: "failed"; readonly error: KubeError }
> {
  return await retryConflicts(seen, request, async (node) => {
    const plan = planRelease(node, by);
    if (plan.patch !== undefined) await patchNode(node.name, plan.patch, request);
    return plan.kind === "released" ? { kind: "released" } : { kind: "kept", why: plan.why, by: plan.by };
  });
}

export async function patchNode(name: string, patch: Patch, { api, signal, dryRun }: NodeRequest): Promise<Written<Node>> {
  return await api.patch(nodes, { name }, patch, dryRun === true ? { dryRun: true } : {}, { signal, lane: "control" });
}

async function retryConflicts<R>(
  seen: NodeView,
  { api, signal }: NodeRequest,
  write: (node: NodeView) => Promise<R>,
): Promise<R | { readonly kind: "failed"; readonly error: KubeError }> {
  let node = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write(node);
    } catch (error) {
      const failure = failureOf(error, signal);
      if (failure.code !== "conflict" || attempt >= conflictLimit) return { kind: "failed", error: failure };
    }
    try {
      // A kubelet's heartbeat is enough for a conflict; the newest version is one read away.
      const fresh = projectNode(await api.get(nodes, { name: node.name }, { signal, lane: "control" }));
      if (fresh.uid !== node.uid) return { kind: "failed", error: replacedError(node) };
      node = fresh;
    } catch (error) {
      return { kind: "failed", error: failureOf(error, signal) };
    }
  }
}

/** A call that was stopped, or ran out of time, has no answer; everything else that is no failure of the cluster is a bug. */
export function failureOf(error: unknown, signal: AbortSignal): KubeError {
  if (isKubeError(error)) return error;
  if (!signal.aborted) throw error;
  return new NoAnswerError("unknown", error instanceof Error ? error.message : "stopped", { cause: error });
}

export function replacedError(node: { readonly name: string }): KubeError {
  return new KubeError("not-found", `node ${node.name} was replaced by another machine of the same name`);
}
