import { KubeError } from "../client/errors.ts";
import type { Identified } from "../kube/object.ts";
import { nodes } from "../kube/resource.ts";
import type { TaintChange } from "../kube/taint-spec.ts";
import { conflictLimit, failureOf, type NodeRequest, patchNode, replacedError } from "./node-requests.ts";
import { planTaint, type TaintOrder, type TaintPlan } from "./taint.ts";

export type TaintResult =
  | {
      readonly kind: "written";
      readonly change: TaintChange;
      /** The taints were as asked before; at most the record was written. */
      readonly already: boolean;
      /** The taint was there before us: nothing automatic will ever remove it. */
      readonly foreign: boolean;
      readonly version: string;
    }
  | Extract<TaintPlan, { readonly kind: "refused" }>
  | { readonly kind: "failed"; readonly error: KubeError };

/**
 * Changes the taints of a node and our record of it in one write, which fails instead of erasing what somebody else changes at the same
 * moment; then it is read and tried again.
 *
 * @param node another machine of this name is not touched
 */
export async function taintNode(node: Identified, order: TaintOrder, request: NodeRequest): Promise<TaintResult> {
  const { api, signal } = request;
  /** The version under which the server refused the last write, and its refusal. */
  let refused: { readonly version: string; readonly error: KubeError } | undefined;
  for (let attempt = 1; ; attempt += 1) {
    let version: string | undefined;
    try {
      const seen = await api.get(nodes, { name: node.name }, { signal, lane: "control" });
      if (seen.metadata.uid !== node.uid) return { kind: "failed", error: replacedError(node) };
      if (refused?.version === seen.metadata.resourceVersion) return { kind: "failed", error: refused.error };
      const plan = planTaint(seen, order);
      if (plan.kind === "refused") return plan;
      version = seen.metadata.resourceVersion;
      if (plan.kind === "held") return { kind: "written", change: plan.change, already: true, foreign: plan.foreign, version };
      const { object } = await patchNode(node.name, plan.patch, request);
      const { change, already, foreign } = plan;
      return { kind: "written", change, already, foreign, version: object.metadata.resourceVersion };
    } catch (error) {
      const failure = failureOf(error, signal);
      // A test that fails is answered 422, as is a taint that the server does not take: whether the node has changed since tells which it was.
      refused = failure.code === "invalid" && version !== undefined ? { version, error: failure } : undefined;
      if (failure.code !== "conflict" && refused === undefined) return { kind: "failed", error: failure };
      if (attempt >= conflictLimit) return { kind: "failed", error: busyError(node, failure) };
    }
  }
}

function busyError({ name }: Identified, cause: KubeError): KubeError {
  return new KubeError("conflict", `somebody else changes node ${name} again and again`, { cause, retryable: true });
}
