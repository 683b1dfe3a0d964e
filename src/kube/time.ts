import type { Instant } from "../runtime/clock.ts";

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 stamp of the API as an instant; undefined where it is absent or no time at all. */
export function parseTime(stamp: string | undefined): Instant | undefined {
  // Date.parse alone reads "pod-1" as a day of the year 2001.
  if (stamp === undefined || !rfc3339.test(stamp)) return undefined;
  const instant = Date.parse(stamp);
  return Number.isNaN(instant) ? undefined : instant;
}

/** As meta/v1 Time writes it: UTC, whole seconds. */
export function formatTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** As meta/v1 MicroTime writes it, which Leases hold: UTC, with six digits of a second. */
export function formatMicroTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 23)}000Z`;
}

/** For libraries that take a Date. */
export function asDate(instant: Instant): Date {
  return new Date(instant);
}
