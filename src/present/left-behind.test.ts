import { expect, test } from "vitest";
import { leftBehind } from "./left-behind.ts";
import { cordonStep, daemonStep, planOf, podStep } from "./testing/plans.ts";

const plan = planOf([
  cordonStep(),
  podStep("a"),
  podStep("b", { consents: ["emptydir"] }),
  podStep("c", { action: "ask", claim: "veto" }),
  daemonStep("d"),
]);
const names = (...allowed: ("partial" | "emptydir")[]): readonly string[] =>
  leftBehind(plan, new Set(allowed)).map(({ step }) => step.subject.name);

test("without the consent to leave something nothing is left: the drain would not begin", () => {
  expect(names()).toEqual([]);
  expect(names("emptydir")).toEqual([]);
});

test("with it, what cannot go and what lacks a consent is left; DaemonSet pods are no part of it", () => {
  expect(names("partial")).toEqual(["b", "c"]);
  expect(names("partial", "emptydir")).toEqual(["c"]);
});
