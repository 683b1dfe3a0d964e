import type { Millis } from "../runtime/clock.ts";
import type { Range } from "./step.ts";

export const nothing: Range = { low: 0, likely: 0, high: 0 };

/** No end can be told. */
export const never: Range = { low: Number.POSITIVE_INFINITY, likely: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY };

export type Level = keyof Range;
const levels: readonly Level[] = ["low", "likely", "high"];

/** Each end for itself. Of functions that grow with all their arguments the result is in order if the arguments are. */
export function eachLevel(of: (level: Level) => Millis): Range {
  const [low = 0, likely = 0, high = 0] = levels.map(of);
  return { low, likely, high };
}

export function addRanges(...ranges: readonly Range[]): Range {
  return eachLevel((level) => ranges.reduce((sum, range) => sum + range[level], 0));
}

/** What is left of it after so long. */
export function restOf(range: Range, elapsed: Millis): Range {
  return eachLevel((level) => Math.max(0, range[level] - elapsed));
}

/** The end of all of them; absent ones take no time. */
export function longest(ranges: Iterable<Range | undefined>): Range {
  const known = [...ranges].filter((range) => range !== undefined);
  return eachLevel((level) => known.reduce((max, range) => Math.max(max, range[level]), 0));
}
