import { describe, expect, it } from "vitest";
import { parseHttpDate, retryAfterOf, warningsOf } from "./answer-headers.ts";

describe("Retry-After", () => {
  it.each([
    ["7", 7],
    [" 0 ", 0],
    ["Fri, 20 Nov 2026 09:12:10 GMT", 10],
    ["Fri, 20 Nov 2026 09:11:00 GMT", 0],
    ["soon", undefined],
    ["-1", undefined],
    ["", undefined],
  ])("%j is %j seconds", (value, seconds) => {
    expect(retryAfterOf({ "retry-after": value }, Date.UTC(2026, 10, 20, 9, 12, 0))).toBe(seconds);
  });

  it("may be absent", () => {
    expect(retryAfterOf({}, 0)).toBeUndefined();
  });
});

describe("the date of an answer", () => {
  it.each([
    ["Fri, 20 Nov 2026 09:12:00 GMT", Date.UTC(2026, 10, 20, 9, 12, 0)],
    ["Thu, 29 Feb 2028 23:59:59 GMT", Date.UTC(2028, 1, 29, 23, 59, 59)],
    ["2026-11-20T09:12:00Z", undefined],
    ["Fri, 20 Foo 2026 09:12:00 GMT", undefined],
    ["node-1", undefined],
    [undefined, undefined],
  ])("%j is %j", (value, instant) => {
    expect(parseHttpDate(value)).toBe(instant);
  });
});

describe("warnings", () => {
  it("are told once each, out of one header or several, with quotes undone", () => {
    expect(warningsOf({ warning: '299 - "a \\"b\\", c", 299 - "d"' })).toEqual(['a "b", c', "d"]);
    expect(warningsOf({})).toEqual([]);
  });

  it("of other codes are not the API server's", () => {
    expect(warningsOf({ warning: '110 - "stale"' })).toEqual([]);
  });
});
