import type { ClusterView, NodeView } from "../../cluster/view/cluster-view.ts";
import { matches, type ParsedSelector, parseLabelSelector } from "../../kube/selector.ts";
import type { Contribution } from "../../plan/craft.ts";
import type { Finding } from "../../plan/finding.ts";
import { budgetRef, nodeRef, podRef } from "../../plan/refs.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Step, StepId } from "../../plan/step.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { budgetFindings } from "./budget-findings.ts";
import { classify } from "./classify.ts";
import type { DrainCode } from "./codes.ts";
import { deadlineFindings, softenedByDeadline } from "./deadline.ts";
import { detachPatience } from "./volumes/detach.ts";
import { viewFindings } from "./findings.ts";
import { type Decided, inOrder, rankOf, waveOf } from "./order.ts";
import { podFindings } from "./pod-findings.ts";
import { planTaints, underTaint } from "./taint/plan.ts";
import { localVolumeFindings, unreadVolumesFindings } from "./volumes/volumes.ts";
import { unschedulableSeen } from "./seen.ts";

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
    return [
      {
        node,
        decided: inOrder(
          pods.map((pod) => ({ pod, decision: classify(pod, view, request) })),
          request,
        ),
      },
    ];
  });
  const { fleet: planned, findings: ofTaint } = planTaints(fleet, view, request);
  findings.push(...ofTaint);
  for (const { node, decided } of planned) {
    const cordon = underTaint(cordonStep(node), { node, decided }, request);
    steps.push(cordon);
    if (request.mode === "CordonOnly") continue;
    const evacuation = decided.map((entry) => podStep(entry, node, cordon.id, request));
    const detach = detachPatience(request) === 0 ? [] : [detachStep(node, evacuation)];
    steps.push(...evacuation, ...detach, verifyStep(node, [...evacuation, ...detach]));
    findings.push(...podFindings(decided), ...deadlineFindings(node, decided, request), ...localVolumeFindings(node, decided, view));
  }
  const all = planned.flatMap(({ decided }) => decided);
  findings.push(...budgetFindings(all), ...unreadVolumesFindings(all, view));
  return { steps, findings: softenedByDeadline(findings, request) };
}

function cordonStep(node: NodeView): Step<DrainCode> {
  return {
    ...nodeStep(node, "cordon"),
    action: "change",
    reason: {
      code: "take-out-of-scheduling",
      args: { node: node.name },
      evidence: [unschedulableSeen(node)],
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

function podStep(entry: Decided, node: NodeView, cordon: StepId, request: PlanRequest): Step<DrainCode> {
  const { pod, decision } = entry;
  return {
    id: `${craftName}/evacuate/${pod.uid}`,
    craft: craftName,
    node: node.name,
    stage: "evacuate",
    subject: podRef(pod),
    action: decision.action,
    claim: decision.action === "ask" ? "veto" : "default",
    wave: waveOf(entry, request),
    rank: rankOf(entry),
    after: [cordon],
    budgets: decision.budgets.map(budgetRef),
    consents: decision.consents,
    ...(decision.byTaint === undefined ? {} : { byTaint: decision.byTaint }),
    reason: { code: decision.code, args: decision.args, evidence: decision.evidence },
  };
}

export function podSelectorOf(request: PlanRequest): ParsedSelector | undefined {
  if (request.podSelector === undefined || request.podSelector === "") return undefined;
  const parsed = parseLabelSelector(request.podSelector);
  // The boundary has refused a selector that does not parse (cli/, api/).
  if (!parsed.ok) throw new InvariantError(`pod selector reached the planner unparsed: ${parsed.message}`);
  return parsed.selector;
}
