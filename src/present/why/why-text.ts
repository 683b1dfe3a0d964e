import { holderTitle } from "../../cluster/view/holder.ts";
import type { WhyOutcome } from "../../maintenance/why/work.ts";
import type { Evidence } from "../../plan/step.ts";
import { formatTaint } from "../../kube/taint-spec.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { durationText } from "../duration-text.ts";
import { bad, dim, good, type Line, plain, type Span, strong, warn } from "../line.ts";
import { count, kindAndName, nameOf, someOf } from "../names.ts";
import { findingLines } from "../refusal-lines.ts";
import { speak, type Voice } from "../speak.ts";
import { wrapped } from "../wrap.ts";
import { type Explained, type HoldGroup, holdGroups, type Typed } from "./why-groups.ts";

export interface WhyTextOptions extends Typed {
  /** How wide a line may be; Infinity where it is no terminal. */
  readonly cells: number;
}

/** What it waits for, since when, what shows it and who can end it; or that nothing holds it, with what shows that. For stdout. */
export function whyText(
  outcome: Extract<WhyOutcome, { readonly kind: "explained" | "unbound" }>,
  o: WhyTextOptions,
  voice: Voice,
): readonly Line[] {
  if (outcome.kind === "unbound") {
    const said = outcome.message === "" ? [] : labelled("scheduler", outcome.message, o.cells);
    return [[strong(`pod ${nameOf(outcome.pod)}`), good(" is on no node"), plain(": no drain waits for it")], ...said];
  }
  const groups = holdGroups(outcome, o, voice);
  return [
    ...headline(outcome, o, voice),
    ...groups.flatMap((group) => [blank, ...groupLines(group, outcome.asOf, o)]),
    ...freeLines(outcome, o),
    ...section(findingLines(outcome.findings, ({ severity }) => (severity === "info" ? good("  note     ") : warn("  warning  ")), voice)),
    ...section(uncheckedLines(outcome, o, voice)),
  ];
}

const blank: Line = [];

function section(lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [blank, ...lines];
}

function headline({ target, node: { node }, pods }: Explained, o: WhyTextOptions, voice: Voice): readonly Line[] {
  const [only] = pods;
  if (target.kind === "pod" && only !== undefined) {
    const { step, state } = only;
    const verdict: Readonly<Record<typeof state, Span>> = {
      held: warn("is held"),
      free: good("nothing holds it"),
      ending: good("is ending, within its time; nothing holds it up"),
      stays: good("stays; no drain waits for it"),
      gone: good("nothing of it is left to move"),
    };
    const { text } = speak(step.reason.code, step.reason.args, voice);
    return [
      [strong(`pod ${nameOf(step.subject)}`), plain(` on ${node.name}: `), verdict[state]],
      ...labelled("decision", `${step.action}: ${text}`, o.cells),
      ...labelled("node", stateOfNode(node), o.cells),
    ];
  }
  const of = (...states: readonly string[]): number =>
    pods.filter(({ state, step }) => states.includes(state) && step.subject.kind === "Pod").length;
  const [held, isHeld] = [of("held"), pods.some(({ state }) => state === "held")];
  const parts = [
    ...(!isHeld ? [] : [held === 0 ? "its pods are gone, and it is held" : `${count(held, "pod")} ${held === 1 ? "is" : "are"} held`]),
    ...(of("ending") === 0 ? [] : [`${of("ending")} ${of("ending") === 1 ? "is" : "are"} ending`]),
    ...(of("free") === 0 ? [] : [`${of("free")} can go now`]),
    ...(of("stays") === 0 ? [] : [`${of("stays")} ${of("stays") === 1 ? "stays" : "stay"}`]),
  ];
  return [
    [strong(`node ${node.name}`), plain(": "), !isHeld ? good("nothing holds it") : warn(parts[0] ?? "")],
    ...labelled("pods", (isHeld ? parts.slice(1) : parts).join(", ") || "no pod of a drain is left on it", o.cells),
    ...labelled("node", stateOfNode(node), o.cells),
  ];
}

function stateOfNode({ unschedulable, ready, held, cordonedBy, taints }: Explained["node"]["node"]): string {
  // The node lifecycle controller's own say what is said of readiness anyway.
  const driving = taints.filter(({ key, effect }) => effect === "NoExecute" && !key.startsWith("node.kubernetes.io/"));
  const open =
    driving.length === 0 ? "schedulable: nobody is taking it out, and new pods may come" : "schedulable for what tolerates its taints";
  const schedulable = unschedulable ? "unschedulable" : open;
  const tainted = driving.map((taint) => `tainted ${formatTaint(taint)}: the cluster deletes what does not tolerate it`);
  const holders =
    held === undefined || held === "unreadable"
      ? unschedulable && cordonedBy !== undefined
        ? [`cordoned by ${cordonedBy.manager}${cordonedBy.at === undefined ? "" : ` at ${cordonedBy.at}`}`]
        : []
      : held.holders.map((holder) => {
          const { since, evictingSince } = holder;
          return `held by ${holderTitle(holder)} since ${since}${evictingSince === undefined ? "" : `, ${holder.kind === "command" ? "who" : "which"} evicts since ${evictingSince}`}`;
        });
  return [schedulable, ...tainted, ...(ready ? [] : ["not Ready"]), ...holders].join("; ");
}

function groupLines(group: HoldGroup, now: Instant, { cells }: WhyTextOptions): readonly Line[] {
  const { names, text, endsBy, since, because, evidence, ways } = group;
  const label = endsBy === "person" ? bad("held  ") : warn("waits  ");
  const [first = "", ...rest] = wrapped(`${someOf(names)}: ${text}`, cells - 7);
  return [
    [label, plain(first)],
    ...rest.map((line): Line => [plain(`       ${line}`)]),
    ...labelled("code", group.code, cells),
    ...(since === undefined ? [] : labelled("since", `${formatTime(since)}, for ${durationText(now - since)}`, cells)),
    ...because.flatMap((line, i) => labelled(i === 0 ? "because" : "", line, cells)),
    ...evidenceLines("read", evidence, cells),
    ...ways.flatMap(({ who, what, command }, i): readonly Line[] => [
      ...labelled(i === 0 ? "ways out" : "", `${who}: ${what}`, cells),
      // A line to paste is never broken.
      ...(command === undefined ? [] : [[dim("".padEnd(indent + 2)), strong(command)]]),
    ]),
  ];
}

const indent = 12;

/** "  label     text…", later lines under the text. */
function labelled(label: string, text: string, cells: number): readonly Line[] {
  return wrapped(text, Math.max(24, cells - indent)).map((line, i): Line => [dim(`  ${i === 0 ? label : ""}`.padEnd(indent)), plain(line)]);
}

/** One object a line, with its fields as they were read. */
function evidenceLines(label: string, evidence: readonly Evidence[], cells: number): readonly Line[] {
  const byObject = Map.groupBy(evidence, ({ object }) => kindAndName(object));
  return [...byObject].flatMap(([object, fields], i) =>
    labelled(i === 0 ? label : "", `${object}: ${[...new Set(fields.map(({ field, value }) => `${field}=${value}`))].join(", ")}`, cells),
  );
}

function freeLines({ target, pods }: Explained, { cells }: WhyTextOptions): readonly Line[] {
  const free = pods.filter(({ state }) => state === "free");
  if (free.length === 0) return [];
  const asked = free.filter(({ server }) => server === "would-accept").length;
  const server =
    asked === 0 ? "" : `the server would accept ${free.length === 1 ? "its eviction" : `the eviction of ${asked}`} (asked by a dry run)`;
  const [only] = free;
  const shown = target.kind === "pod" && only !== undefined ? evidenceLines("read", only.evidence, cells) : [];
  const who =
    target.kind === "pod"
      ? []
      : labelled(
          "can go",
          someOf(
            free.map(({ step }) => nameOf(step.subject)),
            5,
          ),
          cells,
        );
  return [blank, ...who, ...shown, ...(server === "" ? [] : labelled("server", server, cells))];
}

function uncheckedLines({ unchecked }: Explained, { cells }: WhyTextOptions, { speaker }: Voice): readonly Line[] {
  return unchecked.flatMap(({ verb, resource, namespace }) =>
    labelled(
      "unknown",
      `not checked: may not ${verb} ${resource}${namespace === undefined ? "" : ` in ${namespace}`} (${speaker.program} check cluster --print-role)`,
      cells,
    ),
  );
}
