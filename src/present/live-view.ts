import type { Instant } from "../runtime/clock.ts";
import { causeGroups } from "./cause-groups.ts";
import { durationText, rangeText } from "./duration-text.ts";
import { bad, dim, good, type Line, plain, strong, warn } from "./line.ts";
import { count, nameOf, someOf } from "./names.ts";
import { type NodeProgress, type Progress, remaining, totals } from "./progress.ts";
import type { Voice } from "./speak.ts";

const barWidth = 20;
/** Causes shown for each node; the rest is counted. */
const mostCauses = 4;
/** What passes by itself within this time is not worth a line. */
const worthSaying = 1_000;

/** With more nodes than this, those that are done and those that wait are one line together. */
const mostQuietNodes = 6;

/** The lines of the live display: a headline for each node and, under one that is being emptied, what it waits for and how that ends. */
export function liveView(progress: Progress, now: Instant, voice: Voice): readonly Line[] {
  const nodes = [...progress.nodes.values()];
  const isMany = nodes.length > mostQuietNodes;
  const shown = isMany ? nodes.filter((node) => node.state === "failed" || isUnderWay(node)) : nodes;
  const width = Math.max(0, ...shown.map(({ node }) => node.length));
  return [...shown.flatMap((node) => [headline(node, width, now), ...details(node, now, voice)]), ...(isMany ? together(nodes) : [])];
}

function isUnderWay(node: NodeProgress): boolean {
  if (node.state !== "cordoned") return false;
  const { toGo, gone } = totals(node);
  return node.startedAt !== undefined || gone === toGo;
}

function together(nodes: readonly NodeProgress[]): readonly Line[] {
  const drained = nodes.filter((node) => node.state === "drained").map(({ node }) => node);
  const waiting = nodes
    .filter((node) => node.state === "planned" || (node.state === "cordoned" && !isUnderWay(node)))
    .map(({ node }) => node);
  return [
    ...(drained.length === 0 ? [] : [[good(`✓ ${count(drained.length, "node")} drained`), dim(`  ${someOf(drained)}`)]]),
    ...(waiting.length === 0 ? [] : [[plain(`${count(waiting.length, "node")} to go`), dim(`  ${someOf(waiting)}`)]]),
  ];
}

/** "worker-1  ██████░░░░  50%  6 of 12 pods gone, 2 leaving  1m10s, about 40s left (20s–1m)" */
function headline(node: NodeProgress, width: number, now: Instant): Line {
  const { toGo, gone, leaving, kept, percent } = totals(node);
  const name = strong(node.node.padEnd(width));
  switch (node.state) {
    case "planned":
      return [name, dim(`  waits for its turn, ${count(toGo, "pod")} to go`)];
    case "drained":
      return [name, good("  ✓ drained"), dim(`  ${count(gone, "pod")} gone${took(node)}`)];
    case "failed":
      return [name, bad(`  ✗ ${node.failure ?? "failed"}`), dim(`  ${gone} of ${count(toGo, "pod")} gone${took(node)}`)];
    case "cordoned": {
      if (!isUnderWay(node)) return [name, dim(`  cordoned, waits for its turn, ${count(toGo, "pod")} to go`)];
      const state = `  ${String(percent).padStart(3)}%  ${gone} of ${count(toGo, "pod")} gone${leaving > 0 ? `, ${leaving} leaving` : ""}${kept > 0 ? `, ${kept} kept` : ""}`;
      return [name, plain("  "), plain(bar(percent)), plain(state), dim(`  ${clockText(node, now)}`)];
    }
  }
}

function bar(percent: number): string {
  const full = Math.round((percent * barWidth) / 100);
  return "█".repeat(full) + "░".repeat(barWidth - full);
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

function details(node: NodeProgress, now: Instant, voice: Voice): readonly Line[] {
  if (node.state === "drained" || node.state === "failed") return [];
  const groups = causeGroups(node.blockers.values(), voice).filter(
    ({ endsBy, since }) => endsBy === "person" || now - since >= worthSaying,
  );
  const shown = groups.slice(0, mostCauses).flatMap(({ endsBy, names, text, since, hint }): Line[] => {
    const label = endsBy === "person" ? bad("  blocked  ") : warn("  waiting  ");
    // A narrow terminal cuts the end of a line: the cause is worth more there than the names.
    const [only, ...more] = names;
    const who = only !== undefined && more.length === 0 ? only : count(names.length, "pod");
    const cause: Line = [
      label,
      plain(`${who}: ${text}`),
      dim(`  ${durationText(now - since)}${more.length === 0 ? "" : `  ${someOf(names)}`}`),
    ];
    return hint === "" ? [cause] : [cause, [dim(`           → ${hint}`)]];
  });
  const rest = groups.slice(mostCauses);
  const others = rest.reduce((sum, group) => sum + group.names.length, 0);
  const more: Line[] = rest.length === 0 ? [] : [[dim(`           … and ${count(others, "pod")} for other reasons`)]];
  return [
    ...leaving(
      node,
      now,
      groups.flatMap((group) => group.names),
    ),
    ...shown,
    ...more,
  ];
}

/** Pods on their way that no cause above speaks of, the longest first. */
function leaving(node: NodeProgress, now: Instant, explained: readonly string[]): readonly Line[] {
  if (!isUnderWay(node)) return [];
  const going = [...node.pods.values()].filter((pod) => pod.state === "leaving" && !explained.includes(nameOf(pod)));
  if (going.length === 0) return [];
  const longest = Math.max(...going.map((pod) => now - pod.since));
  return [[dim("  leaving  "), plain(someOf(going.map(nameOf))), dim(`  ${durationText(longest)}`)]];
}
