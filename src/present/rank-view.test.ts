import { describe, expect, test } from "vitest";
import type { DisturbancePart } from "../maintenance/rank/disturbance.ts";
import type { RankedNode, Ranking } from "../maintenance/rank/rank.ts";
import { textOf } from "./line.ts";
import { rankDocument, rankText } from "./rank-view.ts";
import { voice } from "./testing/plans.ts";

function ranked(rank: number, node: string, pods: number, ...parts: readonly (readonly [DisturbancePart, number, number])[]): RankedNode {
  return {
    node,
    rank,
    pods,
    points: parts.reduce((sum, [, , points]) => sum + points, 0),
    parts: parts.map(([part, count, points]) => ({ part, count, points })),
    predicted: { low: 1_000, likely: 2_000, high: 32_000 },
  };
}

const ranking: Ranking = {
  kind: "ranked",
  nodes: [
    ranked(1, "idle", 0),
    ranked(2, "busy", 3, ["pods", 3, 3]),
    ranked(3, "single", 2, ["single-replicas", 1, 50], ["pods", 2, 2]),
    ranked(4, "naked", 1, ["lost", 1, 100], ["data-lost", 1, 10], ["pods", 1, 1]),
    ranked(5, "stuck", 0, ["cannot-go", 1, 1_000]),
  ],
  findings: [],
};

describe("the order of nodes", () => {
  test("is a table with the weightiest reasons, and a line for the first", () => {
    const text = rankText(ranking, voice).map(textOf);
    expect(text[0]).toMatch(/^RANK {2}NODE {4}PODS {2}TIME +WHY$/);
    expect(text[1]).toMatch(/^1 +idle +0 +\w+ +nothing has to go$/);
    expect(text[2]).toMatch(/^2 +busy +3 +\w+ +nothing but moves$/);
    expect(text[3]).toMatch(/^3 +single +2 +\w+ +1 single replica$/);
    expect(text[4]).toMatch(/^4 +naked +1 +\w+ +1 pod that nothing starts again, 1 pod that loses emptyDir data$/);
    expect(text[5]).toMatch(/^5 +stuck +0 +\w+ +1 pod that cannot go$/);
    expect(text.at(-1)).toBe("  drydock preview idle");
  });

  test("for programs has every part of the points", () => {
    const document = rankDocument(ranking, voice);
    expect(document).toMatchObject({ kind: "Ranking", nodes: [{}, {}, {}, { node: "naked", rank: 4, points: 111 }, {}] });
    const { nodes } = document as {
      readonly nodes: readonly { readonly points: number; readonly parts: readonly { readonly points: number }[] }[];
    };
    for (const { points, parts } of nodes) expect(parts.reduce((sum, part) => sum + part.points, 0)).toBe(points);
  });
});
