import type { Range } from "../plan/step.ts";
import type { Millis } from "../runtime/clock.ts";

/** "0s", "45s", "2m10s", "1h5m", "3d4h": two units at most, rounded, never more exact than it is worth. */
export function durationText(millis: Millis): string {
  if (!Number.isFinite(millis)) return "for ever";
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return twoUnits(seconds, 60, "m", 1, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, "h", 1, "m");
  return twoUnits(Math.round(minutes / 60), 24, "d", 1, "h");
}

function twoUnits(value: number, size: number, large: string, step: number, small: string): string {
  const whole = Math.floor(value / size);
  const rest = Math.floor((value % size) / step);
  return rest === 0 ? `${whole}${large}` : `${whole}${large}${rest}${small}`;
}

/** "about 30s (20s–1m)"; without the brackets where both ends read the same; "no end in sight" where even the likely end is never. */
export function rangeText({ low, likely, high }: Range): string {
  if (!Number.isFinite(likely)) return "no end in sight";
  const [from, about, to] = [durationText(low), durationText(likely), Number.isFinite(high) ? durationText(high) : "no end"];
  return from === to ? `about ${about}` : `about ${about} (${from}–${to})`;
}
