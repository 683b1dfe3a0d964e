import { expect, test } from "vitest";
import { planRequest } from "../../test/support/plan-request.ts";
import { someTime } from "../../test/support/cluster-view.ts";
import type { Consent } from "./consent.ts";
import type { Finding } from "./finding.ts";
import { refusals } from "./judge.ts";
import type { Plan } from "./plan.ts";

const lastOfRole: Finding = {
  code: "some-code",
  severity: "warning",
  objects: [{ kind: "Node", name: "n" }],
  args: {},
  consent: "last-of-role",
};
const planWith = (finding: Finding): Plan => ({
  asOf: someTime,
  request: planRequest(),
  nodes: [],
  budgets: [],
  predicted: { low: 0, likely: 0, high: 0 },
  findings: [finding],
  hash: "h",
});
const judge = (finding: Finding, ...allowed: readonly Consent[]) => refusals(planWith(finding), new Set(allowed)).map(({ kind }) => kind);

test("a finding that a person may agree to forbids until then, and no longer", () => {
  expect(judge(lastOfRole)).toEqual(["finding"]);
  expect(judge(lastOfRole, "last-of-role")).toEqual([]);
});

test("a finding about a node itself has no part that could be left behind", () => {
  expect(judge(lastOfRole, "partial")).toEqual(["finding"]);
  expect(judge({ ...lastOfRole, objects: [{ kind: "Pod", name: "p" }] }, "partial")).toEqual([]);
});
