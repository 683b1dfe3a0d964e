import { describe, expect, test } from "vitest";
import type { ExecutionEvent } from "../execution/event.ts";
import type { NodeOutcome } from "../maintenance/outcome.ts";
import { eventDocument } from "./event-document.ts";
import { textOf } from "./line.ts";
import { noticesOf } from "./notice-lines.ts";
import { outcomeDocument } from "./outcome-document.ts";
import { outcomeText } from "./outcome-text.ts";
import { nodeOutcome, podRef, start, voice } from "./testing/plans.ts";

const announced: ExecutionEvent = {
  kind: "deadline",
  at: start,
  node: "worker-1",
  deadlineAt: start + 600_000,
  resumed: false,
  pods: [
    { pod: podRef("long"), dueAt: start },
    { pod: podRef("a"), dueAt: start + 570_000 },
    { pod: podRef("b"), dueAt: start + 570_400 },
  ],
};
const forced: ExecutionEvent = {
  kind: "forced",
  at: start,
  node: "worker-1",
  pod: podRef("a"),
  grace: 30_000,
  deadlineAt: start + 600_000,
};

describe("a deadline", () => {
  test("is announced with who goes when, however quiet the command is", () => {
    const notices = noticesOf(announced, voice);
    expect(notices.every(({ important }) => important)).toBe(true);
    expect(notices.map(({ line }) => textOf(line))).toEqual([
      "Warning: deadline of node worker-1: 2026-01-05T09:10:00Z, in 10m. What is still there is deleted, past budgets:",
      "  now: web/long",
      "  in 9m30s: web/a, web/b",
    ]);
  });

  test("of an earlier run says so, and that it has passed", () => {
    const [first] = noticesOf({ ...announced, deadlineAt: start - 1_000, resumed: true, pods: [] }, voice);
    expect(textOf(first?.line ?? [])).toBe(
      "Warning: deadline of node worker-1: 2026-01-05T08:59:59Z, which has passed, as an earlier run of this command has set it. What is still there is deleted, past budgets:",
    );
  });

  test("is said again for each pod", () => {
    expect(noticesOf(forced, voice).map(({ line, important }) => [important, textOf(line)])).toEqual([
      [true, "Warning: deleted pod web/a ahead of the deadline, past budgets, with 30s to end (deadline 2026-01-05T09:10:00Z)"],
    ]);
    expect(eventDocument(forced, voice)).toMatchObject({
      event: "forced",
      pod: "web/a",
      graceSeconds: 30,
      deadline: "2026-01-05T09:10:00Z",
    });
  });

  test("leaves an account of whom it deleted in the result", () => {
    const outcome = nodeOutcome("drained", { forced: [{ pod: podRef("a"), at: start, grace: 30_000 }] });
    const document = outcomeDocument("drain", { kind: "finished", nodes: [outcome] }, { exitCode: 0, dryRun: false }, voice);
    expect(document).toMatchObject({ nodes: [{ forced: [{ pod: "web/a", time: "2026-01-05T09:00:00Z", graceSeconds: 30 }] }] });
  });
});

describe("what becomes of the cordon after a failure", () => {
  const words = { ...voice, verb: "drain", dryRun: false, again: () => "drydock drain worker-1" } as const;
  const said = (change: Partial<NodeOutcome>): string =>
    outcomeText({ kind: "finished", nodes: [nodeOutcome("timed-out", change)] }, words)
      .map(textOf)
      .join("\n");

  test.each<readonly [string, Partial<NodeOutcome>]>([
    ["node worker-1 stays unschedulable\n", { cordoned: "by-us" }],
    [
      "node worker-1 is schedulable: its cordon was lifted, as --on-failure=uncordon asks; new pods may come to it",
      { cordoned: "no", afterFailure: { kind: "uncordoned" } },
    ],
    [
      "stays unschedulable (it was before); --on-failure=uncordon lifts no cordon of kubectl",
      { cordoned: "by-others", afterFailure: { kind: "kept", why: "foreign", by: ["kubectl"] } },
    ],
    [
      "stays unschedulable; --on-failure=uncordon leaves it to joe on bastion, who holds it too",
      { cordoned: "by-us", afterFailure: { kind: "kept", why: "held", by: ["joe on bastion"] } },
    ],
    [
      "stays unschedulable; --on-failure=uncordon could not lift its cordon: no answer",
      { cordoned: "by-us", afterFailure: { kind: "kept", why: "failed", by: ["no answer"] } },
    ],
  ])("%s", (words, change) => {
    expect(said(change)).toContain(words);
  });
});
