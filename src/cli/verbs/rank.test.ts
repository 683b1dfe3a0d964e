import { describe, expect, test } from "vitest";
import type { Ranking } from "../../maintenance/rank/rank.ts";
import type { DrainOptions } from "../../maintenance/work.ts";
import { realEngine } from "../real-engine.ts";
import { type FakeWorld, fakeWorld } from "../testing/fake-world.ts";

const predicted = { low: 1_000, likely: 2_000, high: 32_000 };
const ranking: Ranking = {
  kind: "ranked",
  nodes: [
    { node: "worker-2", rank: 1, points: 0, pods: 0, parts: [], predicted },
    { node: "worker-1", rank: 2, points: 50, pods: 1, parts: [{ part: "single-replicas", count: 1, points: 50 }], predicted },
  ],
  findings: [],
};

function ranks(answer: Ranking | { readonly kind: "no-node-selected"; readonly selector: string } = ranking) {
  const asked: DrainOptions[] = [];
  const rankNodes = async (_: unknown, options: DrainOptions) => {
    asked.push(options);
    return await Promise.resolve(answer);
  };
  const world: FakeWorld = fakeWorld({ engine: { ...realEngine, rankNodes } });
  return { world, asked };
}

describe("preview --rank", () => {
  test("asks for the nodes of a selector and shows a table", async () => {
    const { world, asked } = ranks();
    expect(await world.run("preview", "--rank", "-l", "pool=blue")).toBe(0);
    expect(asked).toMatchObject([{ choice: { selector: "pool=blue" } }]);
    expect(world.out.lines().slice(0, 3)).toEqual([
      "RANK  NODE      PODS  TIME  WHY",
      "1     worker-2  0     2s    nothing has to go",
      "2     worker-1  1     2s    1 single replica",
    ]);
  });

  test("prints names in order, lines and documents", async () => {
    const printed = async (format: string): Promise<string> => {
      const { world } = ranks();
      expect(await world.run("preview", "--rank", "worker-1", "worker-2", "-o", format)).toBe(0);
      return world.out.written;
    };
    expect(await printed("name")).toBe("node/worker-2\nnode/worker-1\n");
    expect((await printed("ndjson")).split("\n")[1]).toMatch(/^\{"kind":"RankedNode","node":"worker-1","rank":2,"points":50,/);
    expect(JSON.parse(await printed("json"))).toMatchObject({ kind: "Ranking", nodes: [{ node: "worker-2" }, { node: "worker-1" }] });
    expect(await printed("yaml")).toMatch(/^kind: Ranking$/m);
  });

  test("says which selector matches no node", async () => {
    const { world } = ranks({ kind: "no-node-selected", selector: "pool=red" });
    expect(await world.run("preview", "--rank", "-l", "pool=red")).toBe(4);
    expect(world.err.written).toContain('no node matches the selector "pool=red"');
  });

  test("is no flag of drain", async () => {
    const { world } = ranks();
    expect(await world.run("drain", "--rank", "worker-1")).toBe(4);
  });
});
