import { describe, expect, test } from "vitest";
import { budgetView, clusterView, type GivenView, podView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { Advance, StepMemory } from "../../plan/craft.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { advanceDrain } from "./advance.ts";
import type { DrainCode } from "./codes.ts";
import { isBoundByDeadline } from "./deadline.ts";
import { planDrain } from "./plan.ts";

const request = planRequest({ deadline: 60_000 });
const deadlineAt = someTime + 60_000;
const pod = podView({ name: "a", terminationGraceSeconds: 20 });

function ask(given: PodView, at: number, memory: Partial<StepMemory> = {}, view: GivenView = {}): Advance<DrainCode> {
  const step = planDrain(clusterView({ pods: [given], ...view }), request).steps.find(({ stage }) => stage === "evacuate");
  if (step === undefined) throw new InvariantError("no step for the pod");
  const asOf = someTime + at;
  return advanceDrain(
    step,
    clusterView({ pods: [given], asOf, ...view }),
    { attempts: 0, acceptedLately: 0, since: someTime, deadlineAt, ...memory },
    request,
  );
}

/** What is asked for, with its grace; or until when it goes its usual way. */
function saying(advance: Advance<DrainCode>): string {
  if (advance.kind === "done") return "done";
  const due = advance.dueAt === undefined ? "" : ` until ${(advance.dueAt - someTime) / 1000}`;
  if (advance.kind === "wait") return `wait${due}`;
  const [command] = advance.commands;
  return command?.kind === "delete" || command?.kind === "evict" ? `${command.kind} ${(command.grace ?? 0) / 1000}${due}` : "other";
}

const terminating = (endsIn: number, grace: number): PodView => ({
  ...pod,
  deletionTimestamp: someTime + endsIn * 1000,
  deletionGraceSeconds: grace,
});

describe("under a deadline of 60 s a pod with a grace of 20 s", () => {
  test.each<{
    readonly what: string;
    readonly pod: PodView;
    readonly at: number;
    readonly memory?: Partial<StepMemory>;
    readonly told: string;
  }>([
    { what: "goes its usual way at first", pod, at: 0, told: "evict 0 until 40" },
    { what: "and until the last moment", pod, at: 39_999, told: "evict 0 until 40" },
    { what: "is deleted with all of its grace when that just fits", pod, at: 40_000, told: "delete 20" },
    { what: "and a moment later too: a grace has whole seconds", pod, at: 40_040, told: "delete 20" },
    { what: "with what is left, where it comes late", pod, at: 55_000, told: "delete 5" },
    { what: "with a second at least, past the deadline", pod, at: 70_000, told: "delete 1" },
    { what: "that was evicted a moment before is left to go", pod, at: 40_500, memory: { acceptedAt: someTime + 39_900 }, told: "wait" },
    { what: "is asked for once", pod, at: 41_000, memory: { deletedAt: someTime + 40_000 }, told: "wait" },
    { what: "and again where that is not seen for long", pod, at: 70_000, memory: { deletedAt: someTime + 40_000 }, told: "delete 1" },
    { what: "that ends in time anyway is left to end", pod: terminating(45, 20), at: 41_000, told: "wait" },
    {
      what: "that was given longer by somebody is given the rest, from the beginning",
      pod: terminating(300, 300),
      at: 1_000,
      told: "delete 60",
    },
    { what: "that has finished is left to its way", pod: { ...pod, phase: "Succeeded" }, at: 50_000, told: "evict 0" },
    { what: "without any grace gets its second", pod: { ...pod, terminationGraceSeconds: 0 }, at: 59_000, told: "delete 1" },
  ])("$what", ({ pod: given, at, memory, told: expected }) => {
    expect(saying(ask(given, at, memory))).toBe(expected);
  });

  test("that only a budget keeps is no person's matter, and is deleted", () => {
    const never = {
      budgets: [
        budgetView({
          name: "web",
          spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 3 },
          status: { desiredHealthy: 3, disruptionsAllowed: 0 },
        }),
      ],
    };
    expect(saying(ask(pod, 35_000, {}, never))).toBe("wait until 40");
    expect(saying(ask(pod, 40_000, {}, never))).toBe("delete 20");
    const { findings } = planDrain(clusterView({ pods: [pod], ...never }), request);
    expect(findings.filter(({ severity }) => severity === "fatal")).toEqual([]);
  });

  test("without a deadline of its node yet is not touched by it", () => {
    const step = planDrain(clusterView({ pods: [pod] }), request).steps.find(({ stage }) => stage === "evacuate");
    if (step === undefined) throw new InvariantError("no step");
    const later = clusterView({ pods: [pod], asOf: someTime + 3_600_000 });
    expect(saying(advanceDrain(step, later, { attempts: 0, acceptedLately: 0, since: someTime }, request))).toBe("evict 0");
  });
});

test.each([
  { action: "evict", code: "managed", bound: true },
  { action: "delete", code: "managed", bound: true },
  { action: "wait", code: "already-terminating", bound: true },
  { action: "ask", code: "two-budgets", bound: true },
  { action: "ask", code: "budget-never-allows", bound: true },
  { action: "ask", code: "rule-ask", bound: false },
  { action: "stay", code: "daemonset-managed", bound: false },
] as const)("$action/$code is $bound bound by a deadline", ({ bound, ...decision }) => {
  expect(isBoundByDeadline(decision)).toBe(bound);
});
