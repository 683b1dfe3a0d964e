import { describe, expect, test } from "vitest";
import { startTime, unknownStart } from "./starts.ts";

const started = (from: number, took: number) => ({ scheduledAt: from * 1_000, readyAt: (from + took) * 1_000 });

describe("the time that a workload's pods take to start", () => {
  test("is what they took, off by a second where all started in the same one", () => {
    const range = startTime([started(10, 3), started(10, 3), started(10, 3)]);
    expect(range.likely).toBe(3_000);
    expect(range.low).toBeLessThanOrEqual(2_100);
    expect(range.high).toBeGreaterThanOrEqual(4_000);
  });

  test("is known better from pods that started at other times", () => {
    const same = startTime([0, 0, 0, 0].map((from) => started(from, 3)));
    const spread = startTime([0, 20, 40, 60].map((from) => started(from, 3)));
    expect(spread.high - spread.low).toBeLessThan(same.high - same.low);
  });

  test("of whole seconds is told by their mean, not by one of them", () => {
    expect(startTime([started(0, 3), started(10, 4), started(20, 3), started(30, 4)]).likely).toBe(3_500);
  });

  test("does not follow one stray", () => {
    expect(startTime([started(0, 3), started(10, 3), started(20, 3), started(30, 90)]).likely).toBe(3_000);
  });

  test("does not count pods that became Ready once more long after", () => {
    expect(startTime([started(0, 4), started(10, 90_000)]).likely).toBe(4_000);
  });

  test("counts from the creation where no scheduler wrote a time", () => {
    expect(startTime([{ createdAt: 5_000, readyAt: 12_000 }]).likely).toBe(7_000);
  });

  test("follows the youngest: what a drain has seen of it outweighs what was long ago", () => {
    const old = Array.from({ length: 20 }, (_, i) => started(i, 2));
    const young = Array.from({ length: 8 }, (_, i) => started(1_000 + i * 50, 40));
    expect(startTime([...old, ...young]).likely).toBe(40_000);
  });

  test("is a wide range where none tells", () => {
    expect(startTime([{}, { scheduledAt: 5_000, readyAt: 4_000 }])).toEqual(unknownStart);
    expect(unknownStart.high / unknownStart.low).toBeGreaterThan(50);
  });
});
