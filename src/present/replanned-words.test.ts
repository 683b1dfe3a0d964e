import { describe, expect, test } from "vitest";
import { type Replanned, replannedWords } from "./replanned-words.ts";
import { podRef, start, voice } from "./testing/plans.ts";

const subject = { kind: "Pod", ...podRef("a") };
const budget = { kind: "PodDisruptionBudget", namespace: "web", name: "web-pdb", uid: "uid-web-pdb" };
const itself = { object: subject, resourceVersion: "42", how: "changed" } as const;

function words(change: Partial<Replanned>): string {
  const base: Replanned = {
    at: start,
    kind: "replanned",
    node: "worker-1",
    step: "drain/evacuate/x",
    subject,
    from: "ask/two-budgets",
    to: "evict/managed",
    cause: itself,
  };
  return replannedWords({ ...base, ...change }, voice);
}

describe("a changed plan is told in a sentence with its cause", () => {
  test.each<readonly [string, Partial<Replanned>]>([
    [
      "pod web/a can go now: its budget web-pdb was changed (version 123)",
      { cause: { object: budget, resourceVersion: "123", how: "changed" } },
    ],
    ["pod web/a can go now: its budget web-pdb was deleted", { cause: { object: budget, resourceVersion: "", how: "deleted" } }],
    [
      "pod web/a can go now: the budget web/web-pdb covers it no more (version 9)",
      { cause: { object: budget, resourceVersion: "9", how: "left" } },
    ],
    [
      "pod web/a cannot go any more (is selected by x, y: the server evicts no pod that two budgets select): the budget web/web-pdb covers it now (version 7)",
      {
        from: "evict/managed",
        to: "ask/two-budgets",
        args: { budgets: ["x", "y"] },
        cause: { object: budget, resourceVersion: "7", how: "covers" },
      },
    ],
    [
      "pod web/a is only waited for now (is being deleted already): it was changed (version 42)",
      { from: "evict/managed", to: "wait/already-terminating" },
    ],
    ["pod web/a came to worker-1 meanwhile: it is to go too", { from: undefined }],
    ["pod web/a is left alone now: it was changed (version 42)", { from: "evict/managed", to: undefined }],
  ])("%s", (sentence, change) => {
    expect(words(change)).toBe(sentence);
  });
});
