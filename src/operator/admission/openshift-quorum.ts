import { isControlPlaneByRole } from "./control-plane-role.ts";
import type { EtcdBudget, Known, NodeFact } from "./facts.ts";

/** "failed": a read did not work, with its words. */
export type OpenShiftVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused" }
  | { readonly kind: "failed"; readonly why: string };

/**
 * The check of the Node Maintenance Operator (medik8s/common, pkg/etcd IsEtcdDisruptionAllowed): exactly one budget in openshift-etcd is
 * asked; where it allows no disruption, the node may go only if its own guard pod is not Ready already, or if it has none.
 */
export function judgeOpenShift(node: NodeFact, budgets: Known<readonly EtcdBudget[]>): OpenShiftVerdict {
  if (!isControlPlaneByRole(node.labels)) return { kind: "allowed" };
  if ("unknown" in budgets) return { kind: "failed", why: budgets.unknown };
  const [budget, ...others] = budgets.known;
  if (budget === undefined || others.length > 0) return { kind: "refused" };
  if (budget.disruptionsAllowed >= 1) return { kind: "allowed" };
  if ("unknown" in budget.guards) return { kind: "failed", why: budget.guards.unknown };
  const guard = budget.guards.known.find(({ nodeName }) => nodeName === node.name);
  return { kind: guard === undefined || guard.ready === "False" ? "allowed" : "refused" };
}
