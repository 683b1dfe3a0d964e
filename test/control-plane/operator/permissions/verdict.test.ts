import { expect, test } from "vitest";
import { type Run, verdictOn } from "./verdict.ts";

const whole: Run = { suites: 7, ran: 7, failed: 0, isOfSomeTests: false };
const unused = ["get jobs.batch", "list services"];

test.each<readonly [what: string, run: Run, unused: readonly string[], verdict: object]>([
  ["all used", whole, [], { kind: "fine" }],
  [
    "some never used",
    whole,
    unused,
    { kind: "fault", message: expect.stringMatching(/of 7 suites:\n {2}get jobs\.batch\n {2}list services\n/) },
  ],
  ["one suite by hand", { ...whole, ran: 1 }, unused, { kind: "not-judged", message: expect.stringMatching(/only 1 of 7 suites ran$/) }],
  ["tests by name", { ...whole, isOfSomeTests: true }, unused, { kind: "not-judged" }],
  ["a suite failed, which is the fault", { ...whole, failed: 1 }, unused, { kind: "not-judged" }],
])("%s", (_, run, never, verdict) => {
  expect(verdictOn(run, never)).toMatchObject(verdict);
});
