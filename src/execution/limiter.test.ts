import { describe, expect, test } from "vitest";
import { createLimiter } from "./limiter.ts";

const started = (count: number) => {
  const limiter = createLimiter();
  for (let i = 0; i < count; i += 1) limiter.start();
  return limiter;
};

describe("the limiter of requests", () => {
  test("lets 64 start and then waits for an answer, not for a time", () => {
    expect(started(63).closed(0)).toBeUndefined();
    expect(started(64).closed(0)).toEqual({});
  });

  test("an answer makes room, and success a little more each time", () => {
    const limiter = started(64);
    limiter.succeeded();
    expect(limiter.closed(0)).toBeUndefined();
    for (let i = 0; i < 200; i += 1) {
      limiter.start();
      limiter.succeeded();
    }
    expect(limiter.limit).toBeGreaterThan(64);
    expect(limiter.limit).toBeLessThanOrEqual(256);
  });

  test("many that are throttled together are one sign of trouble: halved once, and the longest pause stands", () => {
    const limiter = started(64);
    for (let i = 0; i < 64; i += 1) limiter.throttled(1_000, i === 10 ? 5_000 : 1_000);
    expect(limiter.limit).toBe(32);
    expect(limiter.inFlight).toBe(0);
    expect(limiter.closed(5_999)).toEqual({ until: 6_000 });
    expect(limiter.closed(6_000)).toBeUndefined();
  });

  test("throttled again after the pause halves again", () => {
    const limiter = started(1);
    limiter.throttled(0, 1_000);
    limiter.start();
    limiter.throttled(1_000, 1_000);
    expect(limiter.limit).toBe(16);
  });

  test("many that fail together are one sign of trouble too", () => {
    const limiter = started(64);
    for (let i = 0; i < 64; i += 1) limiter.failed();
    expect(limiter.limit).toBe(32);
    limiter.start();
    limiter.failed();
    expect(limiter.limit).toBe(16);
  });

  test("an outage never closes it for good", () => {
    const limiter = createLimiter();
    for (let i = 0; i < 64; i += 1) {
      limiter.start();
      limiter.failed();
    }
    expect(limiter.limit).toBe(1);
    expect(limiter.closed(0)).toBeUndefined();
  });
});
