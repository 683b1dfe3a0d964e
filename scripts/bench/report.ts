import type { Measure } from "./measure.ts";
import type { Scenario } from "./scenarios.ts";

/** The middle of the figures; of an even number the lower of the two. */
export function median(figures: readonly number[]): number {
  const sorted = figures.filter((figure) => !Number.isNaN(figure)).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

export interface Result {
  readonly scenario: Scenario;
  readonly tool: string;
  readonly runs: readonly Measure[];
}

const columns = [
  "scenario",
  "tool",
  "bound",
  "first",
  "empty",
  "ratio",
  "target",
  "exit",
  "evictions",
  "others",
  "lists",
  "watches",
  "memory",
] as const;

export function tableOf(results: readonly Result[]): string {
  const rows = results.map(rowOf);
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(columns), ...rows.map(line)].join("\n");
}

function rowOf({ scenario, tool, runs }: Result): readonly string[] {
  const of = (figure: (run: Measure) => number): number => median(runs.map(figure));
  const empty = of((run) => run.empty) / 1000;
  const isOurs = tool === "drydock";
  return [
    scenario.name,
    tool,
    `${scenario.bound} s`,
    `${(of((run) => run.first) / 1000).toFixed(2)} s`,
    `${empty.toFixed(2)} s`,
    `${(empty / scenario.bound).toFixed(2)}×`,
    isOurs ? `≤ ${scenario.target.toFixed(2)}×` : "",
    `${(of((run) => run.exit) / 1000).toFixed(2)} s`,
    `${of((run) => run.calls.evictions)}`,
    `${of((run) => run.calls.others)}`,
    `${of((run) => run.calls.listPages)}`,
    `${of((run) => run.calls.watches)}`,
    `${(of((run) => run.memory) / 2 ** 20).toFixed(0)} MB`,
  ];
}

/** What the figures promise, and whether they hold: one line each, for Drydock's own rows. */
export function promises({ scenario, runs }: Result): readonly { readonly text: string; readonly holds: boolean }[] {
  const of = (figure: (run: Measure) => number): number => median(runs.map(figure));
  const empty = of((run) => run.empty);
  const verdictLimit = of((run) => Math.max(run.empty, run.detached + 500, run.cordon + 5_000) + 500);
  const evictionLimit = scenario.pods + Math.max(2, Math.floor(scenario.pods * 0.05));
  const otherLimit = 30 + 3 * scenario.nodes;
  const checks: readonly (readonly [string, number, number, string])[] = [
    ["empty", empty / 1000, scenario.bound * scenario.target, "s"],
    ["verdict", of((run) => run.exit) / 1000, verdictLimit / 1000, "s"],
    ...(scenario.volumes === true ? [["verdict after the last detach", of((run) => run.exit - run.detached) / 1000, 1, "s"] as const] : []),
    ["evictions", of((run) => run.calls.evictions), evictionLimit, ""],
    ["pages of the whole cluster before the first eviction", of((run) => run.early), 0, ""],
    ["other requests", of((run) => run.calls.others), otherLimit, ""],
    ["watches", of((run) => run.calls.watches), 12, ""],
    ["peak memory", of((run) => run.memory) / 2 ** 20, 130, "MB"],
  ];
  return checks.map(([name, is, limit, unit]) => ({
    text: `${scenario.name}: ${name} ${round(is)} ${unit} (at most ${round(limit)} ${unit})`.replaceAll("  ", " ").replaceAll(" )", ")"),
    holds: is <= limit,
  }));
}

function round(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(2);
}
