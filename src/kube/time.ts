import type { Instant } from "../runtime/clock.ts";

/** An RFC 3339 stamp of the API as an instant; undefined where it is absent or no time at all. */
export function parseTime(stamp: string | undefined): Instant | undefined {
  if (stamp === undefined) return undefined;
  const instant = Date.parse(stamp);
  return Number.isNaN(instant) ? undefined : instant;
}

/** As meta/v1 Time writes it: UTC, whole seconds. */
export function formatTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
