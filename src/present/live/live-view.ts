import type { Instant } from "../../runtime/clock.ts";
import { dim, good, type Line, plain, strong } from "../line.ts";
import { count, someOf } from "../names.ts";
import { type NodeProgress, type Progress, totals } from "../progress.ts";
import type { Voice } from "../speak.ts";
import { budgetLines } from "./budget-lines.ts";
import { causeLines } from "./cause-lines.ts";
import { headline, isUnderWay } from "./headline.ts";
import { terminatingLines } from "./terminating-lines.ts";

/** With more nodes than this, those that are done and those that wait are one line together. */
const mostQuietNodes = 6;

/**
 * The lines of the live display: a headline for each node; then, over all nodes, what only a person can end, the budgets with who waits for
 * whom, the other waits, and what is terminating. What matters most is first: a low terminal cuts the end. `cells`: how wide a line may be.
 */
export function liveView(progress: Progress, now: Instant, voice: Voice, cells = Number.POSITIVE_INFINITY): readonly Line[] {
  const nodes = [...progress.nodes.values()];
  const isMany = nodes.length > mostQuietNodes;
  const shown = isMany ? nodes.filter((node) => node.state === "failed" || isUnderWay(node)) : nodes;
  const width = Math.max(0, ...shown.map(({ node }) => node.length));
  const open = nodes.filter(isUnderWay);
  const o = { now, cells, voice };
  return [
    ...(isMany ? [overall(nodes)] : []),
    ...shown.flatMap((node) => headline(node, width, now, cells, open.length > 3)),
    ...(isMany ? together(nodes) : []),
    ...causeLines(open, "person", o),
    ...budgetLines(open, o),
    ...causeLines(open, "cluster", o),
    ...terminatingLines(open, o),
  ];
}

/** How far all of them are. */
function overall(nodes: readonly NodeProgress[]): Line {
  const each = nodes.map(totals);
  const [toGo, gone] = [each.reduce((sum, node) => sum + node.toGo, 0), each.reduce((sum, node) => sum + node.gone, 0)];
  const percent = toGo === 0 ? 100 : Math.floor((100 * gone) / toGo);
  return [strong(count(nodes.length, "node")), plain(`  ${percent}%  ${gone} of ${count(toGo, "pod")} gone`)];
}

function together(nodes: readonly NodeProgress[]): readonly Line[] {
  const drained = nodes.filter((node) => node.state === "drained").map(({ node }) => node);
  const waiting = nodes.filter((node) => node.state === "planned" || (node.state === "cordoned" && !isUnderWay(node)));
  const toGo = waiting.reduce((sum, node) => sum + totals(node).toGo, 0);
  return [
    ...(drained.length === 0 ? [] : [[good(`✓ ${count(drained.length, "node")} drained`), dim(`  ${someOf(drained)}`)]]),
    ...(waiting.length === 0
      ? []
      : [
          [plain(`${count(waiting.length, "node")} to go with ${count(toGo, "pod")}`), dim(`  ${someOf(waiting.map(({ node }) => node))}`)],
        ]),
  ];
}
