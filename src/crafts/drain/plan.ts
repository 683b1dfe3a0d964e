import type { ClusterView, NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { matches, type ParsedSelector, parseLabelSelector } from "../../kube/selector.ts";
import type { Contribution } from "../../plan/craft.ts";
import type { Finding } from "../../plan/finding.ts";
import { budgetRef, nodeRef, podRef } from "../../plan/refs.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Step, StepId } from "../../plan/step.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { compareText } from "../../runtime/text-order.ts";
import { classify, type Decision } from "./classify.ts";
import type { DrainCode } from "./codes.ts";
import { detachPatience } from "./detach.ts";
import { viewFindings } from "./findings.ts";
import { localVolumeFindings, unreadVolumesFindings } from "./volumes.ts";

export const craftName = "drain";

/** Steps and findings for the nodes asked for: a pure function of view and request. Nodes that the view does not have get none. */
export function planDrain(view: ClusterView, request: PlanRequest): Contribution<DrainCode> {
  const selector = podSelectorOf(request);
  const steps: Step<DrainCode>[] = [];
  const findings: Finding<DrainCode>[] = [...viewFindings(view, request)];
  const fleet = request.nodes.flatMap((name) => {
    const node = view.node(name);
    if (node === undefined) return [];
    const pods =
      request.mode === "CordonOnly" ? [] : view.podsOn(name).filter((pod) => selector === undefined || matches(selector, pod.labels));
    return [{ node, decided: inOrder(pods.map((pod) => ({ pod, decision: classify(pod, view, request) }))) }];
  });
  for (const { node, decided } of fleet) {
    const cordon = cordonStep(node);
    steps.push(cordon);
    if (request.mode === "CordonOnly") continue;
    const evacuation = decided.map((entry) => podStep(entry.pod, entry.decision, node, cordon.id));
    const detach = detachPatience(request) === 0 ? [] : [detachStep(node, evacuation)];
    steps.push(...evacuation, ...detach, verifyStep(node, [...evacuation, ...detach]));
    findings.push(...fatalFindings(decided), ...comeBackFindings(decided), ...localVolumeFindings(node, decided, view));
  }
  findings.push(
    ...unreadVolumesFindings(
      fleet.flatMap(({ decided }) => decided),
      view,
    ),
  );
  return { steps, findings };
}

interface Decided {
  readonly pod: PodView;
  readonly decision: Decision;
}

/** Pods that are not Ready first: they are the least loss, and where the budget is healthy they cost nothing of it. */
function inOrder(decided: readonly Decided[]): readonly Decided[] {
  return decided.toSorted((a, b) => rankOf(a) - rankOf(b) || compareNames(a.pod, b.pod));
}

function rankOf({ pod }: Decided): number {
  return pod.ready ? 1 : 0;
}

function compareNames(a: PodView, b: PodView): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}

function cordonStep(node: NodeView): Step<DrainCode> {
  return {
    ...nodeStep(node, "cordon"),
    action: "change",
    reason: {
      code: "take-out-of-scheduling",
      args: { node: node.name },
      evidence: [{ object: nodeRef(node), field: "spec.unschedulable", value: "asked for" }],
    },
  };
}

function detachStep(node: NodeView, evacuation: readonly Step<DrainCode>[]): Step<DrainCode> {
  return {
    ...nodeStep(node, "detach"),
    action: "prove",
    after: evacuation.map((step) => step.id),
    reason: { code: "prove-detached", args: { node: node.name }, evidence: [] },
  };
}

function verifyStep(node: NodeView, before: readonly Step<DrainCode>[]): Step<DrainCode> {
  return {
    ...nodeStep(node, "verify"),
    action: "prove",
    after: before.map((step) => step.id),
    reason: { code: "prove-empty", args: { node: node.name }, evidence: [] },
  };
}

function nodeStep(node: NodeView, stage: "cordon" | "detach" | "verify"): Omit<Step<DrainCode>, "action" | "reason"> {
  const id: StepId = `${craftName}/${stage}/${node.uid}`;
  return {
    id,
    craft: craftName,
    node: node.name,
    stage,
    subject: nodeRef(node),
    claim: "default",
    wave: 0,
    rank: 0,
    after: [],
    budgets: [],
    consents: [],
  };
}

function podStep(pod: PodView, decision: Decision, node: NodeView, cordon: StepId): Step<DrainCode> {
  return {
    id: `${craftName}/evacuate/${pod.uid}`,
    craft: craftName,
    node: node.name,
    stage: "evacuate",
    subject: podRef(pod),
    action: decision.action,
    claim: decision.action === "ask" ? "veto" : "default",
    wave: 0,
    rank: pod.ready ? 1 : 0,
    after: [cordon],
    budgets: decision.budgets.map(budgetRef),
    consents: decision.consents,
    reason: { code: decision.code, args: decision.args, evidence: decision.evidence },
  };
}

/** Both can never end by waiting, so a command line refuses before anything is touched. */
function fatalFindings(decided: readonly Decided[]): Finding<DrainCode>[] {
  return decided.flatMap(({ pod, decision }) =>
    decision.code === "two-budgets" || decision.code === "budget-never-allows"
      ? [
          {
            code: decision.code,
            severity: "fatal" as const,
            objects: [podRef(pod), ...decision.budgets.map(budgetRef)],
            args: { ...decision.args, pod: `${pod.namespace}/${pod.name}` },
          },
        ]
      : [],
  );
}

function comeBackFindings(decided: readonly Decided[]): Finding<DrainCode>[] {
  return decided.flatMap(({ pod, decision }) =>
    decision.code === "comes-back"
      ? [{ code: decision.code, severity: "warning" as const, objects: [podRef(pod)], args: decision.args }]
      : [],
  );
}

export function podSelectorOf(request: PlanRequest): ParsedSelector | undefined {
  if (request.podSelector === undefined || request.podSelector === "") return undefined;
  const parsed = parseLabelSelector(request.podSelector);
  // The boundary has refused a selector that does not parse (cli/, api/).
  if (!parsed.ok) throw new InvariantError(`pod selector reached the planner unparsed: ${parsed.message}`);
  return parsed.selector;
}
