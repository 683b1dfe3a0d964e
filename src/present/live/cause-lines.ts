import type { Blocker } from "../../plan/finding.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { causeGroups } from "../cause-groups.ts";
import { durationText } from "../duration-text.ts";
import { bad, dim, type Line, plain, textOf, warn } from "../line.ts";
import { count, someOf } from "../names.ts";
import type { NodeProgress } from "../progress.ts";
import type { Voice } from "../speak.ts";
import { wrapped } from "../wrap.ts";

export interface LiveOptions {
  readonly now: Instant;
  readonly cells: number;
  readonly voice: Voice;
}

/** Causes of either kind shown; the rest is counted. */
const mostCauses = 4;
/** What passes by itself within this time is not worth a line. */
export const worthSaying: Millis = 1_000;
const indent = 11;
/** A sentence longer than so many lines is cut: the display stands still. */
const mostLines = 4;
/** On one this narrow, so many more. */
const narrow = 56;
const moreLines = 2;

/** The states of a budget that works stand in the table of budgets. */
export const inBudgetTable: ReadonlySet<string> = new Set(["budget-exhausted", "budget-recount", "budget-in-flight"]);

/** What is waited for on these nodes, grouped by cause, each with its hint once. */
export function causeLines(nodes: readonly NodeProgress[], endsBy: Blocker["endsBy"], { now, cells, voice }: LiveOptions): readonly Line[] {
  const blockers = nodes.flatMap((node) => [...node.blockers.values()]).filter(({ code }) => !inBudgetTable.has(code));
  const groups = causeGroups(blockers, voice).filter(
    (group) => group.endsBy === endsBy && (endsBy === "person" || now - group.since >= worthSaying),
  );
  const label = endsBy === "person" ? bad("  blocked  ") : warn("  waiting  ");
  const hinted = new Set<string>();
  const shown = groups.slice(0, mostCauses).flatMap(({ names, nodes: on, text, since, hint }): readonly Line[] => {
    const [only, ...more] = names;
    const who = only !== undefined && more.length === 0 ? only : count(names.length, "pod");
    const where = on.length > 1 ? ` on ${count(on.length, "node")}` : "";
    const says = below(`${who}${where}: ${text}`, cells, (line, i) => [i === 0 ? label : plain("".padEnd(indent)), plain(line)]);
    const lasts = `  ${durationText(now - since)}`;
    const isNew = hint !== "" && !hinted.has(hint);
    hinted.add(hint);
    return [...withAside(says, lasts, more.length === 0 ? "" : `  ${someOf(names)}`, cells), ...(isNew ? hintLines(hint, cells) : [])];
  });
  const rest = groups.slice(mostCauses);
  const others = rest.reduce((sum, group) => sum + group.names.length, 0);
  return [...shown, ...(rest.length === 0 ? [] : [[dim(`${"".padEnd(indent)}… and ${count(others, "pod")} for other reasons`)]])];
}

/** Since when, and of whom, where that finds room beside the sentence: names are the first to be left out, and nothing is cut. */
function withAside(says: readonly Line[], lasts: string, names: string, cells: number): readonly Line[] {
  const last = says.at(-1) ?? [];
  const room = cells - textOf(last).length;
  const aside = [lasts + names, lasts].find((text) => text.length <= room);
  return aside === undefined ? says : [...says.slice(0, -1), [...last, dim(aside)]];
}

/** "→ the next step", wrapped under itself. */
export function hintLines(hint: string, cells: number): readonly Line[] {
  return below(hint, cells - 2, (line, i) => [dim(`${"".padEnd(indent)}${i === 0 ? "→ " : "  "}${line}`)]);
}

/** A sentence in as many lines as it needs beside the labels, at most `mostLines`. */
export function below(text: string, cells: number, lineOf: (line: string, i: number) => Line): readonly Line[] {
  const lines = wrapped(text, Math.max(20, cells - indent - 1));
  const most = mostLines + (cells < narrow ? moreLines : 0);
  return lines.slice(0, most).map((line, i) => lineOf(i === most - 1 && lines.length > most ? `${line} …` : line, i));
}
