import type { ExecutionEvent } from "../execution/event.ts";
import type { Instant } from "../runtime/clock.ts";
import type { NodeEnd } from "./node-end.ts";

/** What is said when a node's way out has ended; of one that was only cordoned that was said already. */
export function endEvent({ outcome, proofs }: NodeEnd, at: Instant): ExecutionEvent | undefined {
  const { node, state, error, blockers } = outcome;
  if (state === "cordoned") return undefined;
  if (state !== "drained" && state !== "unproven")
    return { kind: "node-failed", at, node, code: error?.code ?? state, args: error?.args ?? { node }, blockers };
  if (error !== undefined) return { kind: "node-failed", at, node, code: error.code, args: error.args, blockers: [] };
  return { kind: "drained", at, node, proofs, proven: state === "drained", dryRun: false };
}
