import type { Plan } from "../plan/plan.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { Step } from "../plan/step.ts";
import type { MissingPermission } from "./outcome.ts";
import { deletePods, evictPods, missingPerNamespace, type Need, patchNodes } from "./permissions.ts";
import type { Surroundings } from "./work.ts";

/** What the work will write, as far as the request tells it. */
export function needsOf({ mode, disableEviction, deadline, rules = [] }: PlanRequest): readonly Need[] {
  // What a taint deletes the cluster deletes.
  if (mode === "CordonOnly" || mode === "Taint") return [patchNodes];
  // Ahead of a deadline pods are deleted past their budgets.
  const deletes = deadline !== undefined || rules.some(({ action }) => action === "delete") ? [deletePods] : [];
  return [patchNodes, ...(disableEviction ? [deletePods] : [evictPods, ...deletes])];
}

/** Who may not evict or delete pods everywhere may still do it in each namespace in which the plan does. */
export async function stillMissing(
  denied: readonly MissingPermission[],
  plan: Plan,
  s: Surroundings,
): Promise<readonly MissingPermission[]> {
  const steps = plan.nodes.flatMap((node) => node.steps);
  const { deadline } = plan.request;
  const perNamespace = async (missing: MissingPermission): Promise<readonly MissingPermission[]> => {
    if (!missing.resource.startsWith("pods")) return [missing];
    const isDeletion = missing.verb === "delete";
    const need = isDeletion ? deletePods : evictPods;
    const isMeant = ({ action }: Step): boolean =>
      isDeletion ? action === "delete" || (deadline !== undefined && action !== "stay") : action === "evict";
    const pods = steps.filter((step) => step.subject.kind === "Pod" && isMeant(step));
    const namespaces = new Set(pods.map((step) => step.subject.namespace ?? ""));
    return await missingPerNamespace(need, [...namespaces], s);
  };
  return (await Promise.all(denied.map(perNamespace))).flat();
}
