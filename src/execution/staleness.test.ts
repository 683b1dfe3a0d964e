import { expect, test } from "vitest";
import { clusterView, someTime } from "../../test/support/cluster-view.ts";
import { Staleness } from "./staleness.ts";

const stale = clusterView({ stale: ["n"] });
const fresh = clusterView({ stale: [] });

test("counts from the first pass that saw it, by node, and ends with the first that sees it no more", () => {
  const staleness = new Staleness();
  staleness.look(["n", "m"], stale, someTime);
  staleness.look(["n", "m"], stale, someTime + 4_000);
  expect(staleness.of("n")).toEqual({ since: someTime, tellAt: someTime + 5_000 });
  expect(staleness.of("m")).toBeUndefined();
  staleness.look(["n", "m"], fresh, someTime + 4_500);
  expect(staleness.of("n")).toBeUndefined();
});

test("a watch that goes for moments, again and again, is never due to be told", () => {
  const staleness = new Staleness();
  for (let at = someTime; at < someTime + 60_000; at += 5_000) {
    staleness.look(["n"], stale, at);
    expect(staleness.of("n")?.tellAt).toBe(at + 5_000);
    staleness.look(["n"], fresh, at + 100);
  }
});
