import { describe, expect, test } from "vitest";
import { someTime } from "../../../test/support/cluster-view.ts";
import { sentenceOf } from "./phrases.ts";
import { duties, storyOf, underWay } from "./testing/story.ts";

const minute = 60_000;
const times = [someTime - 3 * minute, someTime - 2 * minute, someTime - minute];
const undone = { kind: "drifted", gone: ["spec.unschedulable=true"], by: "kubectl-edit" } as const;

describe("how often a hold was set again, as the record on the node has it", () => {
  test("R15: counts for a process that has just begun", () => {
    const next = storyOf(underWay);
    next();
    const twice = next({ hold: { ...undone, times: times.slice(1) } });
    expect([twice.state.phase, duties(twice)]).toEqual(["Draining", ["keep-lease", "hold", "stop-evicting"]]);
    const given = next({ hold: { ...undone, times } });
    expect([given.state.phase, given.because?.type]).toEqual(["Blocked", "drift-given-up"]);
    expect(sentenceOf(given.facts, given.state, given.because)).toContain("4 times within 10 minutes");
    expect(next().state).toEqual(given.state);
  });

  test("R15: is counted once, whether the status remembers it too or not", () => {
    const next = storyOf(underWay);
    next();
    for (let n = 0; n < 3; n += 1) {
      expect([n, next({ hold: { ...undone, times: times.slice(0, n) } }).state.phase]).toEqual([n, "Draining"]);
      next({ hold: { kind: "held" } });
    }
    expect(next({ hold: { ...undone, times } }).state).toMatchObject({ phase: "Blocked", drifts: [{}, {}, {}, {}] });
  });

  test("R15: does not count any more once a person asked to try again", () => {
    const next = storyOf(underWay);
    next();
    expect(next({ hold: { ...undone, times } }).state.phase).toBe("Blocked");
    const tried = next({ object: { retryRequest: someTime } });
    expect([tried.state.phase, duties(tried)]).toEqual(["Draining", ["keep-lease", "hold", "stop-evicting"]]);
  });
});
