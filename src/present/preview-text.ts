import type { Refusal } from "../maintenance/outcome.ts";
import type { BudgetUse, NodePlan, Plan } from "../plan/plan.ts";
import type { Action, Step } from "../plan/step.ts";
import { flagsFor } from "./consent-words.ts";
import { durationText, rangeText } from "./duration-text.ts";
import { dim, good, type Line, plain, strong, warn } from "./line.ts";
import { count, nameOf } from "./names.ts";
import { isPod } from "./preview-document.ts";
import { fitTable } from "./fit-table.ts";
import { byHandLines } from "./by-hand.ts";
import { type LeftBehind, leftBehindLines } from "./left-behind.ts";
import { findingLines, refusalLines, wayOnFrom } from "./refusal-lines.ts";
import { speak, type Voice } from "./speak.ts";
import { compareText } from "../runtime/text-order.ts";

/** What goes first in the table: what needs a person, then what moves, then what stays. */
const order: readonly Action[] = ["ask", "evict", "delete", "migrate", "wait", "stay", "change", "prove"];

/** Of `system-cluster-critical` and above. */
const lastWave = 2_000_000_000;

export interface PreviewOptions {
  /** More columns: uid and evidence. */
  readonly wide: boolean;
  /** The exact line that carries the plan out, for the end. */
  readonly command: string;
  /** How wide a line may be; absent: as wide as it likes. */
  readonly cells?: number;
  /** What would be left behind, as was agreed to. */
  readonly left?: readonly LeftBehind[];
  /** How the one who types calls kubectl. */
  readonly program?: string;
}

/** The whole plan for a person: each node's pods, the budgets that set the pace, warnings, what is missing, and the line to paste. */
export function previewText(plan: Plan, refusals: readonly Refusal[], options: PreviewOptions, voice: Voice): readonly Line[] {
  const { kind } = wayOnFrom(refusals);
  return [
    ...plan.nodes.flatMap((node) => [...nodeLines(node, options, voice), blank]),
    ...section(wholeLines(plan)),
    ...section(plan.budgets.length === 0 ? [] : budgetTable(plan.budgets, options.cells)),
    ...section(warningLines(plan, refusals, voice)),
    ...section(
      refusals.length === 0
        ? []
        : [[strong(kind === "agree" ? "Needs your consent" : "Stands in the way")], ...refusalLines(refusals, voice)],
    ),
    ...section(leftLines(options.left ?? [], voice)),
    ...section(byHandLines(plan, options.program ?? "kubectl", voice)),
    [
      plain(
        { agree: "To do exactly this, run:", partly: "To move all that can go and keep the rest, run:", mend: "When that is mended, run:" }[
          kind
        ],
      ),
      dim(`  (plan ${plan.hash.slice(0, 12)})`),
    ],
    [plain("  "), strong(options.command)],
  ];
}

function leftLines(left: readonly LeftBehind[], voice: Voice): readonly Line[] {
  return left.length === 0 ? [] : [[strong("Would be left behind"), dim("  (--allow=partial)")], ...leftBehindLines(left, voice)];
}

/** Of several nodes, each of which counts from the beginning of the whole. */
function wholeLines({ nodes, predicted }: Plan): readonly Line[] {
  return nodes.length < 2 ? [] : [[strong(`all ${nodes.length} nodes`), plain(`: drained in ${rangeText(predicted)}`)]];
}

const blank: Line = [];

function section(lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [...lines, blank];
}

function nodeLines(plan: NodePlan, { wide, cells = Number.POSITIVE_INFINITY }: PreviewOptions, voice: Voice): readonly Line[] {
  const pods = plan.steps.filter(isPod).toSorted(byDecision);
  const title: Line = [strong(plan.node), plain(`: ${nodeSummary(plan, pods)}`)];
  if (pods.length === 0) return [title];
  // One wave for all is no news.
  const inWaves = new Set(pods.filter(({ action }) => action !== "stay").map(({ wave }) => wave)).size > 1;
  const head = ["NAMESPACE", "POD", "WHAT", ...(inWaves ? ["WAVE"] : []), "NEEDS", "TIME", ...(wide ? ["UID", "EVIDENCE"] : []), "WHY"];
  const rows = pods.map((step) => {
    const { namespace = "", name, uid } = step.subject;
    const evidence = step.reason.evidence.map((one) => `${one.field}=${one.value}`).join(" ");
    const time = step.predicted === undefined ? "-" : durationText(step.predicted.likely);
    const why = speak(step.reason.code, step.reason.args, voice).text;
    const wave = inWaves ? [step.action === "stay" ? "-" : waveText(step.wave)] : [];
    return [
      namespace,
      name,
      step.action,
      ...wave,
      flagsFor(step.consents).join(" ") || "-",
      time,
      ...(wide ? [uid, evidence || "-"] : []),
      why,
    ];
  });
  return [title, ...fitTable(head, rows, cells - 2).map((text, i): Line => [i === 0 ? dim(`  ${text}`) : plain(`  ${text}`)])];
}

function nodeSummary(plan: NodePlan, pods: readonly Step[]): string {
  const of = (...actions: Action[]): number => pods.filter((step) => actions.includes(step.action)).length;
  const [go, stay, ask] = [of("evict", "delete", "migrate", "wait"), of("stay"), of("ask")];
  const hasEnd = Number.isFinite(plan.predicted.likely);
  const time = go === 0 ? "" : `${hasEnd ? " in" : ","} ${rangeText(plan.predicted)}`;
  return [
    `${count(go, "pod")} would go${time}`,
    ...(stay === 0 ? [] : [`${stay} would stay`]),
    ...(ask === 0 ? [] : [`${ask} cannot go`]),
  ].join(", ");
}

/** Infrastructure has a wave of its own after all others, whose number says nothing to a reader. */
function waveText(wave: number): string {
  return wave >= lastWave ? "last" : String(wave);
}

function byDecision(a: Step, b: Step): number {
  return order.indexOf(a.action) - order.indexOf(b.action) || a.wave - b.wave || compareText(nameOf(a.subject), nameOf(b.subject));
}

function budgetTable(budgets: readonly BudgetUse[], cells = Number.POSITIVE_INFINITY): readonly Line[] {
  const rows = budgets.map((budget) => [
    nameOf(budget),
    String(budget.pods),
    String(budget.disruptionsAllowed),
    `${budget.currentHealthy} of ${budget.expectedPods}`,
    String(budget.desiredHealthy),
    // None of its pods can go: there is no time to tell.
    budget.predicted.high === 0 ? "-" : rangeText(budget.predicted),
  ]);
  const head = ["BUDGET", "PODS HERE", "MAY GO NOW", "HEALTHY", "NEEDS", "TIME"];
  return [
    [strong("Budgets that set the pace")],
    ...fitTable(head, rows, cells - 2).map((text, i): Line => [i === 0 ? dim(`  ${text}`) : plain(`  ${text}`)]),
  ];
}

/** What stands in the way is said there, with what would remove it. */
function warningLines(plan: Plan, refusals: readonly Refusal[], voice: Voice): readonly Line[] {
  const refused = new Set(refusals.flatMap((refusal) => (refusal.kind === "finding" ? [refusal.finding] : [])));
  const findings = plan.findings.filter((finding) => finding.severity !== "fatal" && !refused.has(finding));
  if (findings.length === 0) return [];
  const lines = findingLines(findings, ({ severity }) => (severity === "warning" ? warn("  warning  ") : good("  note     ")), voice);
  return [[strong("Worth knowing")], ...lines];
}
