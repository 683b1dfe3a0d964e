import type { Finding } from "../../plan/finding.ts";
import { budgetRef, podRef } from "../../plan/refs.ts";
import type { Args } from "../../plan/step.ts";
import { decidesByPolicy, policyOf } from "./budgets.ts";
import type { DrainCode, DrainFindingCode } from "./codes.ts";
import { mayComeBack } from "./consents.ts";
import { marksOn } from "./wishes/marks.ts";
import type { Decided } from "./order.ts";

/** What must be known of each pod beside its decision. */
export function podFindings(decided: readonly Decided[]): readonly Finding<DrainCode>[] {
  return decided.flatMap((entry) => [
    ...neverFindings(entry),
    ...comeBackFindings(entry),
    ...markFindings(entry),
    ...policyFindings(entry),
    ...hostPathFindings(entry),
  ]);
}

function about({ pod }: Decided, code: DrainFindingCode, severity: Finding["severity"], args: Args): Finding<DrainCode> {
  // With its name: the same of two pods is two findings.
  return { code, severity, objects: [podRef(pod)], args: { ...args, pod: `${pod.namespace}/${pod.name}` } };
}

/** None of these can end by waiting, so a command line refuses before anything is touched. */
function neverFindings(entry: Decided): readonly Finding<DrainCode>[] {
  const { code, action, args, budgets } = entry.decision;
  if (action !== "ask") return [];
  switch (code) {
    case "two-budgets":
    case "budget-never-allows":
    case "rule-ask":
    case "not-safe-to-evict": {
      const finding = about(entry, code, "fatal", args);
      return [{ ...finding, objects: [...finding.objects, ...budgets.map(budgetRef)] }];
    }
    default:
      return [];
  }
}

function comeBackFindings(entry: Decided): readonly Finding<DrainCode>[] {
  const { pod, decision } = entry;
  if (decision.code === "comes-back") return [{ ...about(entry, "comes-back", "warning", {}), args: decision.args }];
  // Who tolerates a cordon does not tolerate the taint that deletes it.
  if (!isMoved(entry) || decision.code === "finished" || decision.byTaint !== undefined || !mayComeBack(pod)) return [];
  return [about(entry, "may-come-back", "warning", { node: pod.node, owner: decision.args["owner"] })];
}

/** A mark that decides is its decision's reason; every other one is said, whatever becomes of the pod. */
function markFindings(entry: Decided): readonly Finding<DrainCode>[] {
  const { pod, decision } = entry;
  if (decision.action === "stay" || decision.code === "finished" || decision.code === "already-terminating") return [];
  return marksOn(pod).flatMap(({ tool, key, value, wish }) => {
    if (wish === decision.code) return [];
    const args = { obeyed: false, tool, value, rule: decision.args["rule"] };
    return [wish === undefined ? about(entry, "mark-invalid", "warning", { ...args, key }) : about(entry, wish, "warning", args)];
  });
}

function policyFindings(entry: Decided): readonly Finding<DrainCode>[] {
  const { pod, decision } = entry;
  const [budget] = decision.budgets;
  if (decision.action !== "evict" || budget === undefined || !decidesByPolicy(budget, pod)) return [];
  const policy = policyOf(budget);
  if (policy === "IfHealthyBudget" && budget.status.disruptionsAllowed > 0) return [];
  return [
    about(entry, "unhealthy-pod-policy", policy === "AlwaysAllow" ? "info" : "warning", {
      policy,
      budget: budget.name,
      namespace: budget.namespace,
    }),
  ];
}

/** Where every machine has the same, or nothing but its own: nobody's data. */
const ofTheMachine =
  /^\/(proc|sys|dev|run|etc|usr|boot|lib|lib64|bin|sbin|var\/run|var\/log|var\/lib\/(kubelet|containerd|docker|cni))(\/|$)|^\/$/;

function hostPathFindings(entry: Decided): readonly Finding<DrainCode>[] {
  const paths = entry.pod.hostPaths.filter((path) => !ofTheMachine.test(path));
  if (!isMoved(entry) || entry.decision.code === "finished" || paths.length === 0) return [];
  return [about(entry, "host-path", "info", { paths, node: entry.pod.node })];
}

function isMoved({ decision }: Decided): boolean {
  return decision.action === "evict" || decision.action === "delete";
}
