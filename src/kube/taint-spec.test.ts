import { describe, expect, test } from "vitest";
import { formatTaint, isTaintArgument, parseTaintChanges } from "./taint-spec.ts";

describe("taints as kubectl reads them", () => {
  test.each([
    { word: "runai=drain:NoExecute", add: [{ key: "runai", value: "drain", effect: "NoExecute" }], remove: [] },
    { word: "dedicated:NoSchedule", add: [{ key: "dedicated", effect: "NoSchedule" }], remove: [] },
    { word: "a.example/b=:PreferNoSchedule", add: [{ key: "a.example/b", effect: "PreferNoSchedule" }], remove: [] },
    { word: "runai=drain:NoExecute-", add: [], remove: [{ key: "runai", effect: "NoExecute" }] },
    { word: "runai:NoExecute-", add: [], remove: [{ key: "runai", effect: "NoExecute" }] },
    { word: "runai-", add: [], remove: [{ key: "runai" }] },
  ])("$word", ({ word, add, remove }) => {
    expect(parseTaintChanges([word])).toEqual({ ok: true, changes: { add, remove } });
  });

  test.each([
    { words: ["runai"], says: "invalid taint spec: runai" },
    { words: ["runai=drain"], says: /^invalid taint spec: runai=drain, name part must consist of alphanumeric characters/ },
    { words: ["a=b:NoExecute:x"], says: "invalid taint spec: a=b:NoExecute:x" },
    { words: ["a=b=c:NoExecute"], says: "invalid taint spec: a=b=c:NoExecute" },
    { words: ["a=b:Never"], says: "invalid taint effect: Never, unsupported taint effect" },
    { words: ["a=_:NoExecute"], says: /^invalid taint spec: a=_:NoExecute, a valid label must be an empty string or consist of/ },
    { words: ["a=b:NoExecute", "a=c:NoExecute"], says: "duplicated taints with the same key and effect: {a c NoExecute <nil>}" },
    {
      words: ["a=b:NoExecute", "a-"],
      says: "can not both modify and remove the following taint(s) in the same command: a=",
    },
  ])("$words is refused in kubectl's words", ({ words, says }) => {
    const reading = parseTaintChanges(words);
    expect(reading.ok ? "" : reading.message).toEqual(typeof says === "string" ? says : expect.stringMatching(says));
  });

  test("are told from names by =, : or a - at the end", () => {
    expect(["n", "node-1", "a=b:NoSchedule", "a:NoSchedule", "a-"].map(isTaintArgument)).toEqual([false, false, true, true, true]);
  });

  test("are written as they are read", () => {
    const words = ["runai=drain:NoExecute", "dedicated:NoSchedule"];
    const reading = parseTaintChanges(words);
    expect(reading.ok ? reading.changes.add.map(formatTaint) : []).toEqual(words);
  });
});
