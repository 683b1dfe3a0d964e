import type { PlanRequest } from "../../src/plan/request.ts";

/** What `drain n` asks for, unless told otherwise. */
export function planRequest(given: Partial<PlanRequest> = {}): PlanRequest {
  return { nodes: ["n"], mode: "Evict", disableEviction: false, ...given };
}
