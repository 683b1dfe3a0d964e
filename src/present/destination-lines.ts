import type { Destination, Replacement, Whereabouts } from "../maintenance/destination.ts";
import { whereWords } from "./destination-words.ts";
import { dim, type Line, plain, warn } from "./line.ts";
import { count, nameOf } from "./names.ts";
import { tableText } from "./table.ts";
import { compareText } from "../runtime/text-order.ts";

/** More than these are summed up. */
const mostRows = 20;

/** What needs somebody first. */
const order: readonly Whereabouts["kind"][] = ["pending", "not-replaced", "unknown", "starting", "running"];

interface Row {
  readonly kind: Whereabouts["kind"];
  readonly cells: readonly [workload: string, pods: string, now: string];
}

/** Where the workloads went: a row for each workload and state, what needs somebody first. */
export function destinationLines(destinations: readonly Destination[]): readonly Line[] {
  const rows = destinations
    .flatMap(rowsOf)
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || compareText(a.cells[0], b.cells[0]));
  if (rows.length === 0) return [];
  const shown = rows.slice(0, mostRows);
  const [head = "", ...texts] = tableText(
    ["WORKLOAD", "PODS", "NOW"],
    shown.map(({ cells }) => cells),
  );
  const rest = rows.slice(mostRows);
  const areWell = rest.every(({ kind }) => kind === "running");
  return [
    [dim(`  ${head}`)],
    ...texts.map((text, i): Line => [isWrong(shown[i]?.kind) ? warn(`  ${text}`) : plain(`  ${text}`)]),
    ...(rest.length === 0
      ? []
      : [[dim(`  … and ${count(rest.length, "row")} more${areWell ? ", all Running" : ""}; all of them with -o json`)]]),
  ];
}

function isWrong(kind: Whereabouts["kind"] | undefined): boolean {
  return kind === "pending" || kind === "not-replaced";
}

function rowsOf({ kind, namespace, name, pods }: Destination): readonly Row[] {
  const workload = `${kind} ${nameOf({ namespace, name })}`;
  const groups = Map.groupBy(pods, ({ where }) => (where.kind === "pending" ? `pending ${where.message ?? ""}` : whereWords(where)));
  return [...groups.values()].flatMap((group): Row[] => {
    const [first] = group;
    if (first === undefined) return [];
    const where = nodesOf(group);
    return [
      {
        kind: first.where.kind,
        cells: [workload, String(group.length), `${whereWords(earliest(group))}${where === "" ? "" : ` on ${where}`}`],
      },
    ];
  });
}

/** "worker-2 (3), worker-4" */
function nodesOf(group: readonly Replacement[]): string {
  const nodes = Map.groupBy(
    group.flatMap(({ where }) => ("node" in where ? [where.node] : [])),
    (node) => node,
  );
  return [...nodes]
    .toSorted(([a, some], [b, others]) => others.length - some.length || compareText(a, b))
    .map(([node, pods]) => (pods.length === 1 ? node : `${node} (${pods.length})`))
    .join(", ");
}

function earliest(group: readonly Replacement[]): Whereabouts {
  const since = ({ where }: Replacement): number =>
    "since" in where ? (where.since ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return group.reduce((a, b) => (since(b) < since(a) ? b : a)).where;
}
