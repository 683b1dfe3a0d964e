import type { Refusal } from "../maintenance/outcome.ts";
import type { Json } from "../kube/object.ts";
import type { Finding } from "../plan/finding.ts";
import type { BudgetUse, Plan } from "../plan/plan.ts";
import type { Evidence, Range, Step } from "../plan/step.ts";
import { kubectlDocument } from "./kubectl-steps.ts";
import { type LeftBehind, leftBehindDocument } from "./left-behind.ts";
import { kindAndName } from "./names.ts";
import { speak, type Voice } from "./speak.ts";

/** `kind` and `apiVersion` of every document the command line prints: what reads them can tell one from the next. */
export const documentVersion = "drydock.dev/v1alpha1";

/** The plan for programs: stable order, seconds for times, codes and words side by side. `command` is the line that carries it out. */
export function previewDocument(
  plan: Plan,
  refusals: readonly Refusal[],
  { command, left }: { readonly command: string; readonly left: readonly LeftBehind[] },
  voice: Voice,
): Json {
  return {
    apiVersion: documentVersion,
    kind: "Preview",
    hash: plan.hash,
    predicted: seconds(plan.predicted),
    nodes: plan.nodes.map(({ node, steps, predicted }) => ({
      node,
      predicted: seconds(predicted),
      pods: steps.filter(isPod).map((step) => podDocument(step, voice)),
      changes: steps.filter((step) => !isPod(step)).map((step) => changeDocument(step, voice)),
    })),
    budgets: plan.budgets.map(budgetDocument),
    findings: plan.findings.map((finding) => findingDocument(finding, voice)),
    missing: missingDocument(refusals),
    left: leftBehindDocument(left, voice),
    command,
  };
}

export function isPod(step: Step): boolean {
  return step.subject.kind === "Pod";
}

export function podDocument(step: Step, voice: Voice): { readonly [key: string]: Json } {
  const { subject, action, wave, consents, budgets, predicted } = step;
  return {
    namespace: subject.namespace ?? "",
    name: subject.name,
    uid: subject.uid,
    action,
    wave,
    reason: reasonDocument(step, voice),
    consents,
    budgets: budgets.map((budget) => budget.name),
    predicted: predicted === undefined ? null : seconds(predicted),
    ...byHand(step, voice),
  };
}

function changeDocument(step: Step, voice: Voice): Json {
  return {
    stage: step.stage,
    action: step.action,
    subject: kindAndName(step.subject),
    reason: reasonDocument(step, voice),
    ...byHand(step, voice),
  };
}

/** With `--show-kubectl` only. */
function byHand(step: Step, { kubectl }: Voice): { readonly [key: string]: Json } {
  return kubectl === undefined ? {} : { kubectl: kubectlDocument(kubectl(step)) };
}

function reasonDocument({ reason }: Step, voice: Voice): Json {
  const { text, hint } = speak(reason.code, reason.args, voice);
  return { code: reason.code, message: text, evidence: reason.evidence.map(evidenceDocument), hint };
}

export function evidenceDocument({ object, field, value }: Evidence): Json {
  return { object: kindAndName(object), field, value };
}

export function findingDocument({ code, severity, objects, args }: Finding, voice: Voice): Json {
  const { text, hint } = speak(code, args, voice);
  return { code, severity, objects: objects.map(kindAndName), message: text, hint };
}

function budgetDocument(budget: BudgetUse): Json {
  const { namespace, name, uid, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, pods, predicted } = budget;
  return { namespace, name, uid, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, pods, predicted: seconds(predicted) };
}

/** Consents that are not given, each with the pod or the node that needs it. */
function missingDocument(refusals: readonly Refusal[]): Json {
  return refusals.flatMap((refusal) =>
    refusal.kind === "consent"
      ? [{ object: kindAndName(refusal.step.subject), consents: refusal.missing }]
      : missingOfFinding(refusal.finding),
  );
}

function missingOfFinding({ consent, objects: [subject] }: Finding): readonly Json[] {
  return consent === undefined || subject === undefined ? [] : [{ object: kindAndName(subject), consents: [consent] }];
}

/** JSON knows no infinity: null says that no end can be predicted. */
export function seconds({ low, likely, high }: Range): Json {
  const one = (millis: number): number | null => (Number.isFinite(millis) ? Math.round(millis / 100) / 10 : null);
  return { low: one(low), likely: one(likely), high: one(high) };
}
