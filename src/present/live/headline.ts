import type { Instant } from "../../runtime/clock.ts";
import { durationText, rangeText } from "../duration-text.ts";
import { bad, dim, good, type Line, plain, type Span, strong, textOf } from "../line.ts";
import { count } from "../names.ts";
import { wrapped } from "../wrap.ts";
import { type NodeProgress, remaining, totals } from "../progress.ts";

/** A terminal narrower than this has a shorter bar, and one narrower than the second has none. */
const roomy = 96;
const narrow = 56;

export function isUnderWay(node: NodeProgress): boolean {
  if (node.state !== "cordoned") return false;
  const { toGo, gone } = totals(node);
  return node.startedAt !== undefined || gone === toGo;
}

/**
 * "worker-1  ██████░░░░  50%  6 of 12 pods gone, 2 terminating, 4 waiting  1m10s, about 40s left (20s–1m)"; what finds no room stands on the
 * next line.
 */
export function headline(node: NodeProgress, width: number, now: Instant, cells: number, isOneOfMany = false): readonly Line[] {
  const { toGo, gone } = totals(node);
  const name = strong(node.node.padEnd(width));
  switch (node.state) {
    case "planned":
      return [[name, dim(`  waits for its turn, ${count(toGo, "pod")} to go`)]];
    case "drained":
      return [[name, good("  ✓ drained"), dim(`  ${count(gone, "pod")} gone${took(node)}`)]];
    case "failed":
      return [[name, bad(`  ✗ ${node.failure ?? "failed"}`), dim(`  ${gone} of ${count(toGo, "pod")} gone${took(node)}`)]];
    case "cordoned":
      return isUnderWay(node)
        ? isOneOfMany && cells < roomy
          ? [inOneLine(node, name, now, cells)]
          : underWay(node, [name], now, cells)
        : [[name, dim(`  cordoned, waits for its turn, ${count(toGo, "pod")} to go`)]];
  }
}

function underWay(node: NodeProgress, name: Line, now: Instant, cells: number): readonly Line[] {
  const { percent } = totals(node);
  const first: Line = [...name, ...barFor(percent, cells)];
  const room = cells - 2;
  const states = wrapped(statesOf(node), room).map((text): Line => [plain(`  ${text}`)]);
  const clock = wrapped(clockText(node, now), room).map((text): Line => [dim(`  ${text}`)]);
  return fitted([first, ...states, ...clock], cells);
}

/** Of many nodes each has one line, whatever finds no room on it: what they wait for matters more. */
function inOneLine(node: NodeProgress, name: Span, now: Instant, cells: number): Line {
  const { toGo, gone, percent } = totals(node);
  const parts: readonly Line[] = [
    [name, plain(` ${String(percent).padStart(3)}%`)],
    [plain(`  ${gone} of ${toGo}`)],
    [dim(`  ${clockText(node, now)}`)],
  ];
  return fitted(parts, cells)[0] ?? [];
}

/** A bar where the terminal has room for one, and the percentage. */
export function barFor(percent: number, cells: number): Line {
  const width = cells >= roomy ? 20 : cells >= narrow ? 10 : 0;
  return [...(width === 0 ? [] : [plain(`  ${bar(percent, width)}`)]), plain(` ${String(percent).padStart(3)}%`)];
}

/** Parts one behind the other as far as they fit, then on further lines. */
export function fitted(parts: readonly Line[], cells: number): readonly Line[] {
  const lines: Line[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && textOf(last).length + textOf(part).length <= cells) lines[lines.length - 1] = [...last, ...part];
    else lines.push(part);
  }
  return lines;
}

function statesOf(node: NodeProgress): string {
  const { toGo, gone, asked, leaving, waiting, kept } = totals(node);
  return [
    `${gone} of ${count(toGo, "pod")} gone`,
    ...(leaving === 0 ? [] : [`${leaving} terminating`]),
    ...(asked === 0 ? [] : [`${asked} asked`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    ...(kept === 0 ? [] : [`${kept} kept`]),
  ].join(", ");
}

function bar(percent: number, width: number): string {
  const full = Math.round((percent * width) / 100);
  return "█".repeat(full) + "░".repeat(width - full);
}

function took({ startedAt, endedAt }: NodeProgress): string {
  return startedAt === undefined || endedAt === undefined ? "" : ` in ${durationText(endedAt - startedAt)}`;
}

function clockText(node: NodeProgress, now: Instant): string {
  if (node.startedAt === undefined) return "";
  const elapsed = durationText(now - node.startedAt);
  const left = remaining(node, now);
  if (left === undefined) return elapsed;
  if (left === "stuck") return `${elapsed}, cannot end by itself`;
  if (left === "overdue") return `${elapsed}, longer than predicted`;
  return `${elapsed}, ${rangeText(left).replace(/^(about \S+)/, "$1 left")}`;
}
