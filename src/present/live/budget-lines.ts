import type { Blocker } from "../../plan/finding.ts";
import type { Instant } from "../../runtime/clock.ts";
import { compareText } from "../../runtime/text-order.ts";
import { durationText } from "../duration-text.ts";
import { dim, type Line, plain, warn } from "../line.ts";
import { count, someOf } from "../names.ts";
import type { NodeProgress, PodProgress } from "../progress.ts";
import { tableText } from "../table.ts";
import { speak } from "../speak.ts";
import { below, hintLines, inBudgetTable, type LiveOptions, worthSaying } from "./cause-lines.ts";

/** Budgets shown; the rest is counted. */
const mostBudgets = 6;
/** Narrower terminals have a column less, and those narrower than the second have sentences. */
const roomy = 96;
const narrow = 72;

interface Queue {
  /** "shop/web". */
  readonly budget: string;
  readonly blockers: readonly Blocker[];
  /** Of all nodes. */
  readonly pods: readonly PodProgress[];
}

/** Who waits for whom under each budget that lets nobody go now: a small table, the longest queue first, and how it goes on, once. */
export function budgetLines(nodes: readonly NodeProgress[], { now, cells, voice }: LiveOptions): readonly Line[] {
  const queues = queuesOf(nodes, now);
  const [first] = queues[0]?.blockers ?? [];
  if (first === undefined) return [];
  const shown = queues.slice(0, mostBudgets).map((queue) => rowOf(queue, now, cells >= roomy || cells < narrow));
  const rest = queues.slice(mostBudgets).reduce((sum, { blockers }) => sum + blockers.length, 0);
  const { hint } = speak("budget-exhausted", first.args, voice);
  return [
    ...(cells < narrow ? shown.flatMap((row) => sentence(row, cells)) : table(shown, cells >= roomy)),
    ...(rest === 0 ? [] : [[dim(`  … and ${count(rest, "pod")} under other budgets`)]]),
    ...hintLines(hint, cells),
  ];
}

interface Row {
  readonly budget: string;
  readonly needs: string;
  readonly has: string;
  readonly waiting: number;
  readonly awaited: string;
  readonly pods: string;
}

function table(rows: readonly Row[], isRoomy: boolean): readonly Line[] {
  const head = ["BUDGET", "NEEDS", "HAS", "WAIT", "FOR", ...(isRoomy ? ["WAITING PODS"] : [])];
  const cellsOf = ({ budget, needs, has, waiting, awaited, pods }: Row): readonly string[] => [
    ...[budget, needs, has, String(waiting), awaited],
    ...(isRoomy ? [pods] : []),
  ];
  return tableText(head, rows.map(cellsOf)).map((text, i): Line => [i === 0 ? dim(`  ${text}`) : plain(`  ${text}`)]);
}

function sentence({ budget, needs, has, waiting, awaited }: Row, cells: number): readonly Line[] {
  const text = `${count(waiting, "pod")} under ${budget} (needs ${needs}, has ${has}), for ${awaited}`;
  return below(text, cells, (line, i) => [i === 0 ? warn("  waiting  ") : plain("".padEnd(11)), plain(line)]);
}

function queuesOf(nodes: readonly NodeProgress[], now: Instant): readonly Queue[] {
  const blockers = nodes
    .flatMap((node) => [...node.blockers.values()])
    .filter(({ code, since }) => inBudgetTable.has(code) && now - since >= worthSaying);
  const pods = nodes.flatMap((node) => [...node.pods.values()]);
  const byBudget = Map.groupBy(blockers, ({ object, args }) => `${object.namespace ?? ""}/${String(args["budget"])}`);
  return [...byBudget]
    .map(([budget, members]): Queue => ({ budget, blockers: members, pods: pods.filter((pod) => pod.budgets.includes(budget)) }))
    .toSorted((a, b) => b.blockers.length - a.blockers.length || compareText(a.budget, b.budget));
}

function rowOf({ budget, blockers, pods }: Queue, now: Instant, inFull: boolean): Row {
  const newest = blockers.reduce((last, blocker) => (blocker.since > last.since ? blocker : last));
  return {
    budget,
    needs: String(newest.args["needs"] ?? "?"),
    has: String(newest.args["has"] ?? "?"),
    waiting: blockers.length,
    awaited: awaited(pods, now, inFull),
    pods: someOf(
      blockers.map(({ object }) => object.name),
      2,
    ),
  };
}

/** The pods of the budget that are on their way; where none is, the replacement of the one that went last; else a pod elsewhere. */
function awaited(pods: readonly PodProgress[], now: Instant, inFull: boolean): string {
  const going = pods.filter(({ state }) => state === "asked" || state === "leaving");
  if (going.length > 0) {
    const since = Math.min(...going.map((pod) => pod.since));
    return `${someOf(
      going.map(({ name }) => name),
      1,
    )}${inFull ? " and its replacement" : ""}, ${durationText(now - since)}`;
  }
  const gone = pods.filter(({ state }) => state === "gone");
  const [last] = gone.toSorted((a, b) => b.since - a.since);
  return last === undefined ? "a pod elsewhere to be Ready" : `the replacement of ${last.name}, ${durationText(now - last.since)}`;
}
