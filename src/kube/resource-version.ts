const decimal = /^(0|[1-9][0-9]*)$/;

/**
 * Which of two versions is newer: decimal integers of any length, ordered since 1.35 (KEP-5504). Compared by length, then as text, never
 * as numbers. Anything else has no order that we know.
 */
export function compareResourceVersions(a: string, b: string): -1 | 0 | 1 | "unknown" {
  if (a === b) return 0;
  if (!decimal.test(a) || !decimal.test(b)) return "unknown";
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : 1;
}
