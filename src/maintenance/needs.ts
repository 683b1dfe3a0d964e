import type { Plan } from "../plan/plan.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { MissingPermission } from "./outcome.ts";
import { deletePods, evictPods, missingPerNamespace, type Need, patchNodes } from "./permissions.ts";
import type { Surroundings } from "./work.ts";

/** What the work will write, as far as the request tells it. */
export function needsOf({ mode, disableEviction, rules = [] }: PlanRequest): readonly Need[] {
  // What a taint deletes the cluster deletes.
  if (mode === "CordonOnly" || mode === "Taint") return [patchNodes];
  const deletes = rules.some(({ action }) => action === "delete") ? [deletePods] : [];
  return [patchNodes, ...(disableEviction ? [deletePods] : [evictPods, ...deletes])];
}

/** Who may not evict or delete pods everywhere may still do it in each namespace in which the plan does. */
export async function stillMissing(
  denied: readonly MissingPermission[],
  plan: Plan,
  s: Surroundings,
): Promise<readonly MissingPermission[]> {
  const steps = plan.nodes.flatMap((node) => node.steps);
  const perNamespace = async (missing: MissingPermission): Promise<readonly MissingPermission[]> => {
    if (!missing.resource.startsWith("pods")) return [missing];
    const [need, action] = missing.verb === "delete" ? ([deletePods, "delete"] as const) : ([evictPods, "evict"] as const);
    const namespaces = new Set(steps.filter((step) => step.action === action).map((step) => step.subject.namespace ?? ""));
    return await missingPerNamespace(need, [...namespaces], s);
  };
  return (await Promise.all(denied.map(perNamespace))).flat();
}
