import type { Millis } from "../../runtime/clock.ts";
import { InvariantError } from "../../runtime/errors.ts";

const units: Readonly<Record<string, Millis>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A Go duration such as "2s", "1500ms", "1m30s" in milliseconds. @throws InvariantError for any other text: a scenario is wrong then */
export function parseDuration(text: string): Millis {
  const parts = [...text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw new InvariantError(`${JSON.stringify(text)} is no duration`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0), 0);
}

export function formatDuration(ms: Millis): string {
  return `${ms}ms`;
}
