import { expect, test } from "vitest";
import { someTime } from "../../../test/support/cluster-view.ts";
import type { ByForce, Force } from "../../execution/by-force.ts";
import type { Facts } from "./facts.ts";
import { forcedOf } from "./forced-status.ts";
import { drainFacts, factsOf } from "./testing/facts.ts";

function went(name: string, by: readonly Force[], at = someTime): ByForce {
  return { pod: { namespace: "web", name, uid: name }, at, by };
}

function factsWith(...byForce: readonly ByForce[]): Facts {
  const drain = drainFacts(1);
  return factsOf({ drain: { ...drain, ...(drain.progress === undefined ? {} : { progress: { ...drain.progress, byForce } }) } });
}

test("S9: each way counts its pods once, however often and after whatever restart they are seen", () => {
  const first = forcedOf(factsWith(went("a", ["deadline", "unmanaged"]), went("b", ["deadline"], someTime + 5_000)));
  expect(first).toEqual([
    { by: "deadline", count: 2, pods: ["web/a", "web/b"], first: "2026-01-01T00:10:00Z", last: "2026-01-01T00:10:05Z" },
    { by: "unmanaged", count: 1, pods: ["web/a"], first: "2026-01-01T00:10:00Z", last: "2026-01-01T00:10:00Z" },
  ]);
  expect(forcedOf(factsWith(went("a", ["deadline", "unmanaged"])), first)).toEqual(first);
  // A process that has forgotten all but what it sees itself.
  const restarted = forcedOf(factsWith(went("b", ["deadline"], someTime + 9_000), went("c", ["deadline"], someTime + 9_000)), first);
  expect(restarted[0]).toMatchObject({ count: 3, pods: ["web/a", "web/b", "web/c"], last: "2026-01-01T00:10:09Z" });
  expect(forcedOf(factsOf(), restarted)).toEqual(restarted);
});

test("of more pods than there is room for the names end and the count goes on", () => {
  const many = Array.from({ length: 300 }, (_, n) => went(`p${n}`, ["emptydir"]));
  const [all] = forcedOf(factsWith(...many));
  expect(all).toMatchObject({ count: 300 });
  expect(all?.pods).toHaveLength(250);
  expect(forcedOf(factsWith(...many), all === undefined ? [] : [all])[0]).toEqual(all);
});

test("nothing by force is nothing to remember", () => {
  expect(forcedOf(factsOf({ drain: drainFacts(2) }))).toEqual([]);
});
