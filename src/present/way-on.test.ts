import { expect, test } from "vitest";
import { outcomeText } from "./outcome-text.ts";
import { textOf } from "./line.ts";
import { planOf, podStep, voice } from "./testing/plans.ts";

test("where a node itself must be mended, the line to run promises no part of it", () => {
  const objects = [{ kind: "Node", name: "worker-1" }];
  const finding = { code: "record-unreadable", severity: "fatal" as const, objects, args: { node: "worker-1" } };
  const again = (more: Iterable<string>): string => `drain ${[...more].join()}`;
  const refused = { kind: "refused" as const, plan: planOf([podStep("a")]), refusals: [{ kind: "finding" as const, finding }] };
  const text = outcomeText(refused, { ...voice, verb: "drain", dryRun: false, again }).map(textOf);
  expect(text.slice(-2)).toEqual(["When that is mended, run:", "  drain "]);
});
