import type { Range } from "../../src/plan/step.ts";
import { tableText } from "../../src/present/table.ts";
import type { Millis } from "../../src/runtime/clock.ts";
import type { Evening } from "./predict-scenarios.ts";

/** What was said before a drain, and what came. */
export interface Foretold {
  readonly evening: Evening;
  /** Until no pod of the plan is left on any node, from the plan on. */
  readonly predicted: Range;
  readonly real: Millis;
}

/** At most so far off in the middle, and so often inside its own range. */
const medianError = 0.15;
const shareInside = 0.85;

const errorOf = ({ predicted, real }: Foretold): number => Math.abs(predicted.likely - real) / real;
const isInside = ({ predicted, real }: Foretold): boolean => predicted.low <= real && real <= predicted.high;
const seconds = (millis: Millis): string => `${(millis / 1000).toFixed(1)} s`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

export function tableOf(results: readonly Foretold[]): string {
  const rows = results.map((result) => {
    const { evening, predicted, real } = result;
    const range = `${seconds(predicted.low)}–${seconds(predicted.high)}`;
    return [
      evening.name,
      range,
      seconds(predicted.likely),
      seconds(real),
      percent(errorOf(result)),
      isInside(result) ? "yes" : "NO",
      evening.says,
    ];
  });
  return tableText(["scenario", "range", "likely", "real", "error", "inside", "what"], rows).join("\n");
}

export function promisesOf(results: readonly Foretold[]): readonly { readonly says: string; readonly holds: boolean }[] {
  const errors = results.map(errorOf).toSorted((a, b) => a - b);
  const [below = Number.NaN, above = Number.NaN] = [errors[Math.floor((errors.length - 1) / 2)], errors[Math.floor(errors.length / 2)]];
  const median = (below + above) / 2;
  const inside = results.filter(isInside).length / results.length;
  return [
    { says: `median error ${percent(median)} (at most ${percent(medianError)})`, holds: median <= medianError },
    { says: `inside the range ${percent(inside)} of ${results.length} (at least ${percent(shareInside)})`, holds: inside >= shareInside },
  ];
}
