import { describe, expect, test } from "vitest";
import { nodeView } from "../../test/support/cluster-view.ts";
import type { HeldRecord } from "../cluster/view/held-record.ts";
import { holdOf, type NodeHold } from "../cluster/view/node-hold.ts";
import { heldBy, holdSentences, keptSentence } from "./hold-words.ts";

const since = "2026-01-05T09:00:00Z";
const rack = { kind: "Maintenance", name: "rack-7", uid: "m1", since } as const;
const jane = { kind: "command", user: "jane", host: "laptop", since } as const;

function holdBy(given: Partial<HeldRecord>): NodeHold {
  const held: HeldRecord = { nodeUID: "uid-n", wasCordoned: false, added: ["spec.unschedulable=true"], holders: [], undo: [], ...given };
  const hold = holdOf(nodeView({ unschedulable: true, held }));
  if (hold === undefined) throw new Error("not held");
  return hold;
}

describe("who holds a node", () => {
  test("an object is named as kubectl names it, a command by its user", () => {
    expect(heldBy(holdBy({ holders: [rack, jane] }))).toBe("maintenance/rack-7 +1");
    expect(holdSentences(holdBy({ holders: [rack, jane] }))).toEqual([
      `held by maintenance/rack-7 since ${since}`,
      `held by jane on laptop since ${since}`,
    ]);
  });

  test("one that left it out is named, with what that means", () => {
    const hold = holdBy({ leftBy: { who: "maintenance/rack-7", since, at: "2026-01-05T11:00:00Z" } });
    expect(heldBy(hold)).toBe("left by maintenance/rack-7");
    expect(holdSentences(hold)).toEqual([
      `left out by maintenance/rack-7, which held it since ${since} and left at 2026-01-05T11:00:00Z: nothing automatic brings it back`,
    ]);
  });
});

test.each([
  {
    kept: { why: "foreign", by: ["kubectl"], cordon: { manager: "kubectl", at: "2026-01-05T09:12:00Z", when: "before" } },
    words: "kept cordoned: was cordoned before us (kubectl, 2026-01-05T09:12:00Z)",
  },
  {
    kept: { why: "foreign", by: ["kubectl"], cordon: { manager: "kubectl", when: "since" } },
    words: "kept cordoned: was cordoned anew after our cordon was lifted (kubectl)",
  },
  { kept: { why: "foreign", by: [], cordon: {} }, words: "kept cordoned: is cordoned by somebody else (by whom cannot be told)" },
  { kept: { why: "held", by: ["jane on laptop"] }, words: "kept cordoned: held by jane on laptop too" },
  { kept: { why: "left-out", by: ["maintenance/rack-7"] }, words: "kept cordoned: left out by maintenance/rack-7, who wanted it kept so" },
  { kept: { why: "unreadable", by: [] }, words: "kept as it is: what drydock.dev/held on it says cannot be read" },
] as const)("a node that stays out says why: $words", ({ kept, words }) => {
  expect(keptSentence({ kind: "kept", undone: [], ...kept })).toBe(words);
});
