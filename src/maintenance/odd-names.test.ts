import { expect, test } from "vitest";
import { DrainWorld } from "../../test/support/drain-world.ts";

test.each(["n,m", "n=m", "n\\"])("%j names no node, and nothing else of the cluster", async (name) => {
  const world = new DrainWorld({ nodes: [{ name: "n" }, { name: "m" }] });
  expect(await world.drain({ nodes: [name] })).toMatchObject({ kind: "no-such-node", names: [name] });
});
