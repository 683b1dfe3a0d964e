import { describe, expect, test } from "vitest";
import type { Taint } from "../../kube/node.ts";
import { cordonEntry, taintEntry } from "./held-entry.ts";
import { type HeldRecord, isBeingEmptied, isCordonOurs, isInForce, ourTaints, parseHeld } from "./held-record.ts";

const holder = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" } as const;
const record: HeldRecord = { nodeUID: "u", wasCordoned: false, added: [cordonEntry], holders: [holder], undo: [] };
const open = { uid: "u", unschedulable: false, taints: [], labels: {}, annotations: {} };
const cordoned = { ...open, unschedulable: true };
const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const tainting = { ...record, added: [taintEntry(drain)] };

describe("reading the annotation", () => {
  test("gives back what was written, and nothing where there is none", () => {
    expect(parseHeld(JSON.stringify(record))).toEqual(record);
    expect(parseHeld(undefined)).toBeUndefined();
  });

  test.each([
    { what: "no JSON", text: "{" },
    { what: "empty", text: "" },
    { what: "null", text: "null" },
    { what: "a list", text: "[]" },
    { what: "without its node", text: JSON.stringify({ ...record, nodeUID: undefined }) },
    { what: "with entries that are no text", text: JSON.stringify({ ...record, added: [1] }) },
    { what: "with holders that are none", text: JSON.stringify({ ...record, holders: [null] }) },
    { what: "with a holder that has no name", text: JSON.stringify({ ...record, holders: [{ ...holder, user: 7 }] }) },
    { what: "without a list of what to undo", text: JSON.stringify({ ...record, undo: {} }) },
  ])("what is $what is unreadable, never guessed at", ({ text }) => {
    expect(parseHeld(text)).toBe("unreadable");
  });
});

describe("a record is in force", () => {
  test.each([
    { what: "while its cordon stands", given: record, node: cordoned, force: true },
    {
      what: "while the cordon is ours by managedFields",
      given: record,
      node: { ...cordoned, cordonedBy: { manager: "drydock" } },
      force: true,
    },
    {
      what: "not when somebody else lifted our cordon and set it again",
      given: record,
      node: { ...cordoned, cordonedBy: { manager: "kubectl-cordon" } },
      force: false,
    },
    { what: "not for another machine", given: { ...record, nodeUID: "before" }, node: cordoned, force: false },
    { what: "not when its cordon was lifted", given: record, node: open, force: false },
    {
      what: "not when the foreign cordon it noted was lifted",
      given: { ...record, wasCordoned: true, added: [] },
      node: open,
      force: false,
    },
    { what: "while its taint stands, cordoned or not", given: tainting, node: { ...open, taints: [drain] }, force: true },
    { what: "not when its taint was removed, whoever cordoned the node since", given: tainting, node: cordoned, force: false },
    {
      what: "not when its taint was given another value",
      given: tainting,
      node: { ...open, taints: [{ ...drain, value: "upgrade" }] },
      force: false,
    },
    {
      what: "while something stands that this version cannot read",
      given: { ...record, added: [cordonEntry, "k=v"] },
      node: open,
      force: true,
    },
  ])("$what: $force", ({ given, node, force }) => {
    expect(isInForce(given, node)).toBe(force);
  });
});

test("a node is being emptied while a holder of a record in force has begun to evict", () => {
  const evicting = { ...record, holders: [holder, { ...holder, user: "joe", evictingSince: holder.since }] };
  expect([isBeingEmptied(evicting, cordoned), isBeingEmptied(evicting, open), isBeingEmptied(record, cordoned)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([isBeingEmptied("unreadable", cordoned), isBeingEmptied(undefined, cordoned)]).toEqual([false, false]);
});

test("our own doing is only what the record names and what still stands", () => {
  const both = { ...record, added: [cordonEntry, taintEntry(drain)] };
  const node = { ...cordoned, taints: [drain, { key: "dedicated", effect: "NoExecute" }] };
  expect([isCordonOurs(both, node), isCordonOurs(tainting, node), isCordonOurs({ ...both, nodeUID: "before" }, node)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([ourTaints(both, node), ourTaints(record, node), ourTaints(both, cordoned)]).toEqual([[drain], [], []]);
});
