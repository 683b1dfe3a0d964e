import { describe, expect, test } from "vitest";
import { eventNames } from "../../scripts/schema/events.ts";
import { faultOf } from "../../scripts/schema/validate.ts";
import { eventDocument } from "../../src/present/event-document.ts";
import { outcomeDocument } from "../../src/present/outcome-document.ts";
import { previewDocument } from "../../src/present/preview-document.ts";
import { rankDocument, rankLine } from "../../src/present/rank-view.ts";
import { atBudget, drainEvents, nodeOutcome, planOf, podStep, voice } from "../../src/present/testing/plans.ts";
import { faultInPrinted } from "../support/printed.ts";

const plan = planOf([podStep("a")]);
const result = outcomeDocument(
  "drain",
  { kind: "finished", plan, nodes: [nodeOutcome("blocked", { blockers: [atBudget(podStep("a"))] })] },
  { exitCode: 2, dryRun: false },
  voice,
);
const asObject = (json: unknown): object => json as object;

describe("what is printed is as docs/schema/ has it", () => {
  test("the preview, the events of a drain and its result", () => {
    const events = drainEvents(plan).map((event) => eventDocument(event, voice));
    expect([previewDocument(plan, [], { command: "drydock drain worker-1", left: [] }, voice), ...events, result].map(faultOf)).toEqual(
      Array(events.length + 2).fill(undefined),
    );
  });

  test("a ranking, whole and line by line", () => {
    const node = { node: "a", rank: 1, points: 3, pods: 3, parts: [{ part: "pods", count: 3, points: 3 }] } as const;
    const ranked = { ...node, predicted: { low: 1_000, likely: 2_000, high: Number.POSITIVE_INFINITY } };
    const whole = rankDocument({ kind: "ranked", nodes: [ranked], findings: [] }, voice);
    expect([whole, rankLine(ranked)].map(faultOf)).toEqual([undefined, undefined]);
  });

  test("a field that is not written down is named, with where to write it", () => {
    expect(faultOf({ ...asObject(result), mood: "fine" })).toMatch(
      /the Result "finished" is not as docs\/schema\/ has it:\n {2}\(top\): .*"mood"[\s\S]*scripts\/schema\/documents\.ts[\s\S]*npm run docs/,
    );
  });

  test("so is one within, and one that is missing", () => {
    const [planned] = drainEvents(plan).map((event) => eventDocument(event, voice));
    expect(faultOf({ ...asObject(planned), hash: undefined })).toMatch(/the event planned .*:\n {2}hash: /);
    expect(faultOf({ ...asObject(result), nodes: [{ ...nodeOutcome("drained"), error: null, plan: 1 }] })).toMatch(/nodes\.0: .*"plan"/);
  });

  test("an event that nobody wrote down is named too", () => {
    expect(faultOf({ time: "2026-01-05T09:00:00Z", event: "exploded" })).toContain(
      "the event exploded is not written down: add it to scripts/schema/events.ts",
    );
    expect(eventNames).toContain("planned");
    expect(faultOf({ kind: "Riddle" })).toBe('the kind "Riddle" is not written down: add it to scripts/schema/documents.ts');
  });

  test("of what was printed only JSON is looked at, as one document or line by line", () => {
    expect(faultInPrinted("node/worker-1 cordoned\n")).toBeUndefined();
    expect(faultInPrinted(`${JSON.stringify(result)}\n{"event":"exploded"}\n`)).toContain("the event exploded is not written down");
    expect(faultInPrinted(`${JSON.stringify({ ...asObject(result), mood: "fine" }, null, 2)}\n`)).toContain('"mood"');
  });
});
