import { describe, expect, test } from "vitest";
import { budgetView, clusterView, podView } from "../../test/support/cluster-view.ts";
import { planRequest } from "../../test/support/plan-request.ts";
import { drain } from "../crafts/drain/drain.ts";
import type { Step } from "../plan/step.ts";
import { InvariantError } from "../runtime/errors.ts";
import { consequenceOf, type Response } from "./consequences.ts";

function stepUnder(...names: readonly string[]): Step {
  const view = clusterView({ pods: [podView({ name: "a" })], budgets: names.map((name) => budgetView({ name })) });
  const step = drain.plan(view, planRequest()).steps.find((each) => each.stage === "evacuate");
  if (step === undefined) throw new InvariantError("no step");
  return step;
}

interface Row {
  readonly response: Response;
  readonly budget: string;
  readonly limiter: string;
  readonly code?: string;
  readonly endsBy?: string;
  readonly pause?: object;
}

const growing = (first: number, cap: number) => ({ kind: "growing", first, cap });
const fixed = (ms: number) => ({ kind: "fixed", ms });

const rows: readonly Row[] = [
  { response: { kind: "accepted" }, budget: "granted", limiter: "succeeded" },
  { response: { kind: "gone" }, budget: "neither", limiter: "succeeded", code: "awaiting-watch", endsBy: "cluster", pause: fixed(30_000) },
  {
    response: { kind: "conflict" },
    budget: "granted",
    limiter: "succeeded",
    code: "awaiting-watch",
    endsBy: "cluster",
    pause: fixed(5_000),
  },
  { response: { kind: "budget" }, budget: "refused", limiter: "succeeded" },
  { response: { kind: "throttled", retryAfter: 3 }, budget: "neither", limiter: "throttled" },
  {
    response: { kind: "webhook", name: "guard", message: "no" },
    budget: "neither",
    limiter: "succeeded",
    code: "webhook-denied",
    endsBy: "cluster",
    pause: growing(5_000, 60_000),
  },
  {
    response: { kind: "namespace-terminating" },
    budget: "neither",
    limiter: "succeeded",
    code: "namespace-terminating",
    endsBy: "cluster",
    pause: growing(5_000, 60_000),
  },
  { response: { kind: "two-budgets" }, budget: "neither", limiter: "succeeded", code: "two-budgets", endsBy: "person" },
  { response: { kind: "denied", message: "no" }, budget: "neither", limiter: "succeeded", code: "denied", endsBy: "person" },
  { response: { kind: "rejected", http: 400, message: "no" }, budget: "neither", limiter: "succeeded", code: "rejected", endsBy: "person" },
  {
    response: { kind: "rejected", http: 429, message: "later" },
    budget: "neither",
    limiter: "succeeded",
    code: "rejected",
    endsBy: "cluster",
  },
  {
    response: { kind: "server-error", http: 503, message: "" },
    budget: "neither",
    limiter: "failed",
    code: "server-error",
    endsBy: "cluster",
    pause: growing(500, 30_000),
  },
  {
    response: { kind: "no-answer", message: "lost" },
    budget: "neither",
    limiter: "failed",
    code: "no-answer",
    endsBy: "cluster",
    pause: growing(250, 10_000),
  },
];

describe("what follows from an answer", () => {
  test.each(rows)("$response.kind ($response.http)", ({ response, budget, limiter, code, endsBy, pause }) => {
    const { setback, ...rest } = consequenceOf(response, stepUnder("web"));
    expect(rest).toMatchObject({ budget, limiter });
    expect(setback?.code).toBe(code);
    expect(setback?.endsBy).toBe(endsBy);
    if (pause !== undefined) expect(setback?.pause).toEqual(pause);
  });

  test("a budget's refusal waits for the budget's event and no clock, where the budget is seen", () => {
    expect(consequenceOf({ kind: "budget" }, stepUnder("web")).setback).toBeUndefined();
    expect(consequenceOf({ kind: "budget", retryAfter: 10 }, stepUnder("web"))).toMatchObject({ retryAfter: 10 });
  });

  test("where budgets cannot be read, the server's refusals drive, every 5 s", () => {
    expect(consequenceOf({ kind: "budget" }, stepUnder()).setback).toMatchObject({
      code: "budget-unread",
      pause: fixed(5_000),
      endsBy: "cluster",
    });
  });

  test("the blocker of a webhook names it and keeps its words; that of two budgets names both", () => {
    expect(consequenceOf({ kind: "webhook", name: "guard", message: "no" }, stepUnder()).setback?.args).toEqual({
      webhook: "guard",
      message: "no",
    });
    expect(consequenceOf({ kind: "two-budgets" }, stepUnder("one", "two")).setback?.args).toEqual({ budgets: ["one", "two"] });
  });
});
