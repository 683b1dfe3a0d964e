import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMicroTime, formatTime, parseTime } from "./time.ts";

test.each<[string | undefined, number | undefined]>([
  [undefined, undefined],
  ["", undefined],
  ["soon", undefined],
  ["pod-1", undefined],
  ["2026", undefined],
  ["2026-03-01", undefined],
  ["2026-03-01T12:00:00", undefined],
  ["2026-02-31T25:00:00Z", undefined],
  ["2026-03-01T12:00:00Z", Date.UTC(2026, 2, 1, 12)],
  ["2026-03-01T12:00:00.123456Z", Date.UTC(2026, 2, 1, 12, 0, 0, 123)],
  ["2026-03-01T13:00:00+01:00", Date.UTC(2026, 2, 1, 12)],
  ["1970-01-01T00:00:00Z", 0],
])("%s is %s", (stamp, instant) => {
  expect(parseTime(stamp)).toBe(instant);
});

test("a stamp is UTC in whole seconds, rounded down, and reads back as written", () => {
  expect(formatTime(Date.UTC(2026, 2, 1, 12, 0, 0, 999))).toBe("2026-03-01T12:00:00Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), fc.nat({ max: 999 }), (seconds, ms) => {
      expect(parseTime(formatTime(seconds * 1000 + ms))).toBe(seconds * 1000);
    }),
  );
});

test("a micro time has six digits of a second, as Leases hold it, and reads back as written", () => {
  expect(formatMicroTime(Date.UTC(2026, 2, 1, 12, 0, 0, 7))).toBe("2026-03-01T12:00:00.007000Z");
  expect(parseTime(formatMicroTime(Date.UTC(2026, 2, 1, 12, 0, 0, 999)))).toBe(Date.UTC(2026, 2, 1, 12, 0, 0, 999));
});
