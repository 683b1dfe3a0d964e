import type { Taint } from "../kube/node.ts";
import type { PlanRequest } from "./request.ts";

/** Run:ai's documented way to empty a node; to everybody else it is a plain taint. */
export const usualTaint: Taint = { key: "runai", value: "drain", effect: "NoExecute" };

/** The taint by which nodes are emptied; undefined in modes that set none. */
export function taintOf({ mode, taint = usualTaint }: Pick<PlanRequest, "mode" | "taint">): Taint | undefined {
  return mode === "Taint" || mode === "EvictThenTaint" ? taint : undefined;
}
