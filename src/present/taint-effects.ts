import type { TaintEffects } from "../maintenance/taint.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import type { NodePlan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { flagsFor } from "./consent-words.ts";
import { dim, type Line, plain, strong, warn } from "./line.ts";
import { count } from "./names.ts";
import { speak, type Voice } from "./speak.ts";
import { tableText } from "./table.ts";

/** What must be known of a taint beside what it does to each pod. */
const taintFindings: readonly string[] = ["taint-breaks-budget", "tolerating-may-return"];

/** What a NoExecute taint does to each pod of each node, and which budgets it breaks: shown before it is set. */
export function taintEffectsText(effects: readonly TaintEffects[], voice: Voice): readonly Line[] {
  return effects.flatMap(({ taint, plan, refusals }) => [
    ...plan.nodes.flatMap((node) => nodeLines(node, formatTaint(taint), voice)),
    ...warningsOf({ taint, plan, refusals }, voice),
  ]);
}

/** What was agreed to; what was not is told with the refusal. */
export function taintWarnings(effects: readonly TaintEffects[], voice: Voice): readonly Line[] {
  return effects.flatMap((effect) => warningsOf(effect, voice));
}

function warningsOf({ plan, refusals }: TaintEffects, voice: Voice): readonly Line[] {
  const refused = new Set(refusals.flatMap((refusal) => (refusal.kind === "finding" ? [refusal.finding] : [])));
  return plan.findings
    .filter((finding) => taintFindings.includes(finding.code) && !refused.has(finding))
    .map(({ code, args }): Line => [warn("Warning"), plain(`: ${speak(code, args, voice).text}`)]);
}

/** "Taint worker-3, which deletes 4 pods? [y/N] " */
export function taintQuestion(effects: readonly TaintEffects[]): string {
  const nodes = [...new Set(effects.flatMap(({ plan }) => plan.nodes.map(({ node }) => node)))];
  const pods = new Set(
    effects.flatMap(({ plan }) => plan.nodes.flatMap(({ steps }) => steps.filter(goes).map(({ subject }) => subject.uid))),
  );
  const what = nodes.length === 1 ? `node ${nodes[0]}` : count(nodes.length, "node");
  return `Taint ${what}, which deletes ${count(pods.size, "pod")}? [y/N] `;
}

function nodeLines({ node, steps }: NodePlan, taint: string, voice: Voice): readonly Line[] {
  const pods = steps.filter(({ subject }) => subject.kind === "Pod");
  const going = pods.filter(goes);
  const title: Line = [
    strong(node),
    plain(
      `: ${taint} deletes ${count(going.length, "pod")}; ${pods.length - going.length} ${pods.length - going.length === 1 ? "stays" : "stay"}`,
    ),
  ];
  if (pods.length === 0) return [title];
  const rows = [...going, ...pods.filter((step) => !goes(step))].map((step) => [
    step.subject.namespace ?? "",
    step.subject.name,
    !goes(step) ? step.action : (step.byTaint ?? 0) > 0 ? `delete after ${step.byTaint} s` : "delete",
    flagsFor(step.consents).join(" ") || "-",
    speak(step.reason.code, step.reason.args, voice).text,
  ]);
  const table = tableText(["NAMESPACE", "POD", "WHAT", "NEEDS", "WHY"], rows);
  return [title, ...table.map((text, i): Line => [i === 0 ? dim(`  ${text}`) : plain(`  ${text}`)])];
}

function goes({ byTaint }: Step): boolean {
  return byTaint !== undefined;
}
