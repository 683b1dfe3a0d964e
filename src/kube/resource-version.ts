/**
 * Which of two resource versions of one resource is newer: -1 where `a` is older than `b`, 0 where they are the same, 1 where it is newer.
 * Kubernetes promises this order from 1.35 on (KEP-5504): decimal numbers without a leading zero, of any length. What is not such a number
 * (another store behind an aggregated API, `""`, `"0"`, which names no version but "any") is "unknown".
 */
export function compareResourceVersions(a: string, b: string): -1 | 0 | 1 | "unknown" {
  if (!isOrdered(a) || !isOrdered(b)) return "unknown";
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function isOrdered(version: string): boolean {
  return /^[1-9][0-9]*$/.test(version);
}
