import type { KubeApi, Written } from "../client/kube-api.ts";
import { isKubeError, KubeError, NoAnswerError } from "../client/errors.ts";
import { isRead } from "../cluster/view/annotations.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import type { ForcedNote, Holder, HolderDeadline } from "../cluster/view/holder.ts";
import { projectNode } from "../cluster/view/project.ts";
import type { Node } from "../kube/node.ts";
import type { Patch } from "../kube/patch.ts";
import { nodes } from "../kube/resource.ts";
import type { Override } from "./event.ts";
import { type Held, type HoldOptions, type HoldPlan, planHold } from "./hold.ts";
import { planDeadline, planForced, planProven } from "./hold-notes.ts";
import { planLift } from "./lift.ts";
import { planLeave, planRelease, type ReleasePlan } from "./release.ts";

/** Somebody else wrote the node between our read and our write this often in a row: give up and say so. */
export const conflictLimit = 8;

export type HoldResult =
  | ({ readonly kind: "held"; readonly already: boolean; readonly version: string } & Held &
      Partial<Pick<Extract<HoldPlan, { readonly kind: "patch" }>, "retaken" | "voided">>)
  | Extract<HoldPlan, { readonly kind: "refused" }>
  | Failed;

export interface Failed {
  readonly kind: "failed";
  readonly error: KubeError;
}

export type LiftResult =
  | { readonly kind: "lifted"; readonly already: boolean; readonly overrides: readonly Override[] }
  | { readonly kind: "failed"; readonly error: KubeError };

export interface NodeRequest {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
  readonly dryRun?: boolean;
}

export interface HoldRequest extends NodeRequest, HoldOptions {}

/**
 * Takes the node out of scheduling, with all that the holder wants of it and its record, in one write under the version that was read; reads
 * again on a conflict.
 */
export async function holdNode(seen: NodeView, holder: Holder, request: HoldRequest): Promise<HoldResult> {
  const annotations = Object.keys(request.wish?.annotations ?? {});
  const write = async (node: NodeView): Promise<HoldResult> => {
    const plan = planHold(node, holder, request);
    if (plan.kind === "refused") return plan;
    if (plan.kind === "held") return { ...plan, already: true, version: node.resourceVersion };
    const { object } = await patchNode(node.name, plan.patch, request);
    const { patch: _, ...taken } = plan;
    return { ...taken, kind: "held", version: object.metadata.resourceVersion };
  };
  if (annotations.every(isRead)) return await retryConflicts(seen, request, write, annotations);
  // What the view does not keep of the node must not be taken for absent.
  const fresh = await readAgain(seen, request, annotations);
  return "kind" in fresh ? fresh : await retryConflicts(fresh, request, write, annotations);
}

/** Notes on the node that its drain is proven. A note only: where it cannot be written, the next look just knows less. */
export async function noteProven(
  seen: NodeView,
  holder: Holder,
  { at, forced }: { readonly at: string; readonly forced: readonly ForcedNote[] },
  request: NodeRequest,
): Promise<void> {
  await retryConflicts(seen, request, async (node) => {
    const patch = planProven(node, holder, at, forced);
    if (patch !== undefined) await patchNode(node.name, patch, request);
    return { kind: "noted" } as const;
  });
}

/** Notes on the node what went by force. A note only, as that of the proof. */
export async function noteForced(seen: NodeView, holder: Holder, forced: readonly ForcedNote[], request: NodeRequest): Promise<void> {
  await retryConflicts(seen, request, async (node) => {
    const patch = planForced(node, holder, forced);
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

export interface ReleaseRequest extends NodeRequest {
  /** "keep-out": the cordon stays, with the record of who left it. */
  readonly how?: "restore" | "keep-out";
  /** Now, RFC 3339: with "keep-out" it is noted. */
  readonly at?: string;
}

type WithoutPatch<P> = P extends object ? Omit<P, "patch"> : never;

/** `version`: of the node after the write, where there was one. */
export type ReleaseResult = (WithoutPatch<ReleasePlan> & { readonly version?: string }) | Failed;

/** Lets go of the node: what only this holder wanted goes, and with the last all that is ours; says why where the node stays out. */
export async function releaseNode(seen: NodeView, by: Holder | "everyone", request: ReleaseRequest): Promise<ReleaseResult> {
  const { how = "restore", at = "" } = request;
  return await retryConflicts(seen, request, async (node): Promise<ReleaseResult> => {
    const { patch, ...released } = how === "keep-out" && by !== "everyone" ? planLeave(node, by, at) : planRelease(node, by);
    if (patch === undefined) return released;
    const { object } = await patchNode(node.name, patch, request);
    return { ...released, version: object.metadata.resourceVersion };
  });
}

export async function patchNode(name: string, patch: Patch, { api, signal, dryRun }: NodeRequest): Promise<Written<Node>> {
  return await api.patch(nodes, { name }, patch, dryRun === true ? { dryRun: true } : {}, { signal, lane: "control" });
}

/** @param annotations of the node that the write is about, beside those which every view keeps */
async function retryConflicts<R>(
  seen: NodeView,
  request: NodeRequest,
  write: (node: NodeView) => Promise<R>,
  annotations: readonly string[] = [],
): Promise<R | Failed> {
  let node = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write(node);
    } catch (error) {
      const failure = failureOf(error, request.signal);
      if (failure.code !== "conflict" || attempt >= conflictLimit) return { kind: "failed", error: failure };
    }
    // A kubelet's heartbeat is enough for a conflict; the newest version is one read away.
    const fresh = await readAgain(node, request, annotations);
    if ("kind" in fresh) return fresh;
    node = fresh;
  }
}

async function readAgain(node: NodeView, { api, signal }: NodeRequest, annotations: readonly string[]): Promise<NodeView | Failed> {
  try {
    const fresh = projectNode(await api.get(nodes, { name: node.name }, { signal, lane: "control" }), annotations);
    return fresh.uid === node.uid ? fresh : { kind: "failed", error: replacedError(node) };
  } catch (error) {
    return { kind: "failed", error: failureOf(error, signal) };
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
