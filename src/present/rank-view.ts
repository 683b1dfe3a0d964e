import type { Json } from "../kube/object.ts";
import type { DisturbancePart } from "../maintenance/rank/disturbance.ts";
import type { RankedNode, Ranking } from "../maintenance/rank/rank.ts";
import { durationText } from "./duration-text.ts";
import { dim, type Line, plain, strong, warn } from "./line.ts";
import { count } from "./names.ts";
import { documentVersion, findingDocument, seconds } from "./preview-document.ts";
import { findingLines } from "./refusal-lines.ts";
import type { Voice } from "./speak.ts";
import { tableText } from "./table.ts";

/** What is shown of the reasons. */
const weightiest = 3;

/** How each part reads, for one and for many. */
const words: Readonly<Record<Exclude<DisturbancePart, "minutes" | "pods">, readonly [one: string, many: string]>> = {
  "cannot-go": ["pod that cannot go", "pods that cannot go"],
  sessions: ["person's session", "people's sessions"],
  lost: ["pod that nothing starts again", "pods that nothing starts again"],
  "no-room": ["pod without room elsewhere", "pods without room elsewhere"],
  "single-replicas": ["single replica", "single replicas"],
  "work-starts-over": ["pod whose work starts over", "pods whose work starts over"],
  "budget-full": ["pod whose budget allows none now", "pods whose budget allows none now"],
  "room-unknown": ["pod whose room is not known", "pods whose room is not known"],
  "data-lost": ["pod that loses emptyDir data", "pods that lose emptyDir data"],
  volumes: ["pod with volumes", "pods with volumes"],
};

/** Which node first: a table with the weightiest reasons, and the line to look closer at the first. */
export function rankText({ nodes, findings }: Ranking, voice: Voice): readonly Line[] {
  const head = ["RANK", "NODE", "PODS", "TIME", "WHY"];
  const rows = nodes.map((one) => [String(one.rank), one.node, String(one.pods), durationText(one.predicted.likely), whyText(one)]);
  const first = nodes[0];
  return [
    ...tableText(head, rows).map((text, i): Line => [i === 0 ? dim(text) : plain(text)]),
    ...(findings.length === 0 ? [] : [[], ...findingLines(findings, () => warn("  warning  "), voice)]),
    ...(first === undefined
      ? []
      : [
          [],
          [plain("To see what would happen on the first, run:")],
          [plain("  "), strong(`${voice.speaker.program} preview ${first.node}`)],
        ]),
  ];
}

function whyText({ parts, pods }: RankedNode): string {
  const said = parts
    .flatMap(({ part, count: n }) => (part === "minutes" || part === "pods" ? [] : [count(n, ...words[part])]))
    .slice(0, weightiest);
  if (said.length > 0) return said.join(", ");
  return pods === 0 ? "nothing has to go" : "nothing but moves";
}

/** The same for programs, with every part of the points. */
export function rankDocument({ nodes, findings }: Ranking, voice: Voice): Json {
  return {
    apiVersion: documentVersion,
    kind: "Ranking",
    nodes: nodes.map(nodeDocument),
    findings: findings.map((finding) => findingDocument(finding, voice)),
  };
}

/** One node as a line of its own. */
export function rankLine(node: RankedNode): Json {
  return { kind: "RankedNode", ...nodeDocument(node) };
}

function nodeDocument({ node, rank, points, pods, predicted, parts }: RankedNode): { readonly [key: string]: Json } {
  return {
    node,
    rank,
    points,
    pods,
    predicted: seconds(predicted),
    parts: parts.map((one) => ({ part: one.part, count: one.count, points: one.points })),
  };
}
