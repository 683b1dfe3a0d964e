import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annotationsIn, cordonEntry, isTaintEntry, type Mark, markEntry, readMark, stands, taintEntry } from "./held-entry.ts";
import { parseHeld } from "./held-record.ts";

const key = fc.stringMatching(/^([a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?\/)?[a-zA-Z0-9]([a-zA-Z0-9._-]{0,12}[a-zA-Z0-9])?$/);
const open = { uid: "u", unschedulable: false, taints: [], labels: {}, annotations: {} };

describe("an entry of the record", () => {
  test("for a label or an annotation is read as what was written, whatever its value", () => {
    const mark = fc.record<Mark>({ kind: fc.constantFrom("label", "annotation"), key, value: fc.string() });
    fc.assert(
      fc.property(mark, (given) => {
        expect(readMark(markEntry(given))).toEqual(given);
        expect(isTaintEntry(markEntry(given))).toBe(false);
      }),
    );
  });

  test("for a taint is never read as a label, not even of the key `label`", () => {
    const taint = fc.record({
      key: fc.oneof(key, fc.constantFrom("label", "annotation")),
      value: fc.stringMatching(/^[a-zA-Z0-9._-]{0,8}$/),
      effect: fc.constantFrom("NoExecute", "NoSchedule", "PreferNoSchedule"),
    });
    fc.assert(
      fc.property(taint, (given) => {
        expect(readMark(taintEntry(given))).toBeUndefined();
        expect(isTaintEntry(taintEntry(given))).toBe(true);
        expect(stands(taintEntry(given), { ...open, taints: [given] })).toBe(true);
      }),
    );
  });

  test("names the annotations that a view of the node has to keep", () => {
    expect(annotationsIn([cordonEntry, "label:a=b", "annotation:example.com/note=x=y", "k=v:NoSchedule"])).toEqual(["example.com/note"]);
  });

  test("stands while the value is there and nobody else wrote it; an adopted manager's writes are ours", () => {
    const node = { ...open, labels: { zone: "a" } };
    const by = (manager: string) => ({ ...node, writers: { "label:zone": { manager } } });
    expect(
      [node, by("drydock"), by("kubectl"), { ...by("manager"), held: { adopted: "manager" } }].map((at) => stands("label:zone=a", at)),
    ).toEqual([true, true, false, true]);
    expect(stands("label:zone=b", node)).toBe(false);
  });
});

describe("holders in the annotation", () => {
  const record = { nodeUID: "u", wasCordoned: false, added: [], undo: [] };
  const since = "2026-01-01T00:00:00Z";
  const read = (holder: object) => parseHeld(JSON.stringify({ ...record, holders: [holder] }));

  test.each([
    { kind: "command", user: "jane", host: "laptop", since },
    { kind: "Maintenance", name: "rack-7", uid: "m1", since, marks: ["label:a=b"], reasserted: [since] },
    { kind: "NodeMaintenance", name: "n", uid: "nm1", since, taints: ["medik8s.io/drain:NoSchedule"] },
  ])("of the kind $kind are read", (holder) => {
    expect(read(holder)).toEqual({ ...record, holders: [holder] });
  });

  test.each([
    { what: "an object without its uid", holder: { kind: "Maintenance", name: "rack-7", since } },
    { what: "a kind that this version does not know", holder: { kind: "Rollout", name: "r", uid: "r1", since } },
    { what: "wishes that are no text", holder: { kind: "Maintenance", name: "rack-7", uid: "m1", since, marks: [1] } },
  ])("$what: the record is left alone", ({ holder }) => {
    expect(read(holder)).toBe("unreadable");
  });

  test("a record whose prior state or leaver is none is left alone", () => {
    for (const wrong of [{ before: { labels: { a: 1 } } }, { before: null }, { leftBy: { who: "x" } }, { adopted: 7 }])
      expect(parseHeld(JSON.stringify({ ...record, holders: [], ...wrong }))).toBe("unreadable");
  });
});
