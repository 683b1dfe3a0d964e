import { describe, expect, test } from "vitest";
import type { Blocker } from "../plan/finding.ts";
import { BlockerJournal } from "./blocker-journal.ts";

const blocker = (code: string, more: Partial<Blocker> = {}): Blocker => ({
  code,
  node: "worker-1",
  object: { kind: "Pod", namespace: "web", name: "a", uid: "uid-a" },
  step: "drain/evacuate/uid-a",
  args: { budget: "web" },
  since: 0,
  endsBy: "cluster",
  ...more,
});
const told = (journal: BlockerJournal, blockers: readonly Blocker[], now = 0): readonly string[] =>
  journal.changes(blockers, now).map(({ kind, blocker: { code } }) => `${kind} ${code}`);

describe("the journal of blockers", () => {
  test("says each once when it begins and once when it ends", () => {
    const journal = new BlockerJournal();
    expect(told(journal, [blocker("webhook-denied")])).toEqual(["blocked webhook-denied"]);
    expect(told(journal, [blocker("webhook-denied")])).toEqual([]);
    expect(told(journal, [])).toEqual(["unblocked webhook-denied"]);
  });

  test("says nothing of what every drain passes through", () => {
    expect(told(new BlockerJournal(), [blocker("terminating", { ordinary: true })])).toEqual([]);
  });

  test("takes the states of a budget that works for one cause, and says its turns only when they last", () => {
    const journal = new BlockerJournal();
    expect(told(journal, [blocker("budget-in-flight")])).toEqual([]);
    expect(told(journal, [blocker("budget-exhausted")])).toEqual(["blocked budget-exhausted"]);
    expect(told(journal, [blocker("budget-recount")], 100)).toEqual([]);
    const slow = new BlockerJournal();
    expect([...told(slow, [blocker("budget-recount")]), ...told(slow, [blocker("budget-recount")], 2_000)]).toEqual([
      "blocked budget-recount",
    ]);
  });

  test("says when a turn will have lasted long enough for a word, until it was said or is over", () => {
    const journal = new BlockerJournal();
    journal.changes([blocker("budget-in-flight")], 100);
    expect(journal.dueAt).toBe(2_100);
    journal.changes([blocker("budget-in-flight")], 2_100);
    expect(journal.dueAt).toBeUndefined();
    const quick = new BlockerJournal();
    quick.changes([blocker("budget-recount")], 100);
    quick.changes([], 150);
    expect(quick.dueAt).toBeUndefined();
  });

  test.each(["budget-never-allows", "budget-broken"])("%s is a cause of its own, also after a wait for the same budget", (code) => {
    const journal = new BlockerJournal();
    journal.changes([blocker("budget-exhausted")], 0);
    expect(told(journal, [blocker(code)])).toEqual([`blocked ${code}`, "unblocked budget-exhausted"]);
  });
});
