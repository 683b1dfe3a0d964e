import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { digest } from "../runtime/hash.ts";
import { compareText } from "../runtime/text-order.ts";
import type { Contribution, Craft } from "./craft.ts";
import type { Finding } from "./finding.ts";
import { oneByOne, type Pace } from "./forecast.ts";
import type { BudgetUse, NodePlan, Plan } from "./plan.ts";
import { longest } from "./range.ts";
import { nodeRef } from "./refs.ts";
import type { PlanRequest } from "./request.ts";
import { type Step, stages } from "./step.ts";
import { forecastOf, timed } from "./timed.ts";

const claims: readonly Step["claim"][] = ["default", "owner", "veto"];

/** All decisions, without what is only said of them (budgets' use, hash). */
export interface Composition {
  readonly nodes: readonly NodePlan[];
  readonly findings: readonly Finding[];
}

/**
 * Joins what the crafts contribute: exactly one step per subject and stage (an owner replaces a default, a veto replaces both; two owners
 * of one pod are the fatal finding `contested`), in the order of execution. What every pass of the executor calls.
 */
export function compose(crafts: readonly Craft[], view: ClusterView, request: PlanRequest): Composition {
  const contributions: readonly Contribution[] = crafts.map((craft) => craft.plan(view, request));
  const { steps, contested } = settleClaims(contributions.flatMap((c) => c.steps));
  const findings = [...contributions.flatMap((c) => c.findings), ...contested, ...unreadableRecords(view, request)];
  const nodes = request.nodes.map((node): NodePlan => {
    const own = steps.filter((step) => step.node === node).toSorted(inOrderOfExecution);
    return { node, steps: own, predicted: longest(own.map((step) => step.predicted)) };
  });
  return { nodes, findings };
}

/** The composition with its hash, and with times at this pace: the same view and request give the same hash, whatever the times. */
export function composePlan(crafts: readonly Craft[], view: ClusterView, request: PlanRequest, pace: Pace = oneByOne): Plan {
  const { nodes, findings } = compose(crafts, view, request);
  const forecast = forecastOf(crafts, nodes, view, request, pace);
  const told = timed(nodes, forecast);
  const budgets = budgetUses(
    told.flatMap((node) => node.steps),
    view,
  );
  return { asOf: view.asOf, request, nodes: told, budgets, findings, predicted: forecast.whole, hash: planHash(nodes, findings) };
}

/** Codes, arguments and subjects of every step and finding; never words, times or predictions. */
function planHash(nodes: readonly NodePlan[], findings: readonly Finding[]): string {
  return digest({
    nodes: nodes.map(({ node, steps }) => ({ node, steps: steps.map(stepIdentity) })),
    findings: findings
      .filter(({ beside }) => beside !== true)
      .map(({ code, severity, objects, args }) => ({ code, severity, objects: objects.map((o) => o.uid ?? o.name), args })),
  });
}

/** What makes two steps the same decision. Not the rank: who goes first among equals follows readiness from moment to moment. */
function stepIdentity({ id, action, wave, after, budgets, consents, reason }: Step): object {
  return { id, action, wave, after, budgets: budgets.map((budget) => budget.uid), consents, code: reason.code, args: reason.args };
}

/** Nothing is changed on a node whose record would be lost by it: known before the first node is touched, not at its own turn. */
function unreadableRecords(view: ClusterView, { nodes }: PlanRequest): readonly Finding[] {
  return nodes.flatMap((name): readonly Finding[] => {
    const node = view.node(name);
    if (node?.held !== "unreadable") return [];
    return [{ code: "record-unreadable", severity: "fatal", objects: [nodeRef(node)], args: { node: name } }];
  });
}

function settleClaims(all: readonly Step[]): { readonly steps: readonly Step[]; readonly contested: readonly Finding[] } {
  const bySubject = new Map<string, Step>();
  const contested: Finding[] = [];
  for (const step of all) {
    const key = `${step.stage}/${step.subject.uid}`;
    const other = bySubject.get(key);
    if (other !== undefined && other.claim === "owner" && step.claim === "owner") {
      contested.push({ code: "contested", severity: "fatal", objects: [step.subject], args: { crafts: [other.craft, step.craft] } });
    }
    if (other === undefined || claims.indexOf(step.claim) > claims.indexOf(other.claim)) bySubject.set(key, step);
  }
  return { steps: [...bySubject.values()], contested };
}

function inOrderOfExecution(a: Step, b: Step): number {
  return stages.indexOf(a.stage) - stages.indexOf(b.stage) || a.wave - b.wave || a.rank - b.rank || compareText(nameOf(a), nameOf(b));
}

function nameOf({ subject }: Step): string {
  return `${subject.namespace ?? ""}/${subject.name}`;
}

function budgetUses(steps: readonly Step[], view: ClusterView): readonly BudgetUse[] {
  const uses = new Map<string, Step[]>();
  for (const step of steps) for (const budget of step.budgets) uses.set(budget.uid, [...(uses.get(budget.uid) ?? []), step]);
  return [...uses.entries()]
    .flatMap(([uid, users]): BudgetUse[] => {
      const [first] = users;
      const ref = first?.budgets.find((budget) => budget.uid === uid);
      const budget = view.budgets(ref?.namespace ?? "").find((candidate) => candidate.uid === uid);
      if (budget === undefined) return [];
      const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = budget.status;
      const status = { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
      return [
        {
          namespace: budget.namespace,
          name: budget.name,
          uid,
          ...status,
          pods: users.length,
          predicted: longest(users.map((step) => step.predicted)),
        },
      ];
    })
    .toSorted((a, b) => compareText(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
}
