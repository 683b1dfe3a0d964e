import type { Millis } from "../runtime/clock.ts";

const unitMillis: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3, // U+00B5, micro sign
  μs: 1e-3, // U+03BC, Greek letter mu
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

export type DurationReading = { readonly ok: true; readonly millis: Millis } | { readonly ok: false; readonly message: string };

/**
 * Reads a duration as Go's time.ParseDuration does ("1h2m3.5s", "-1s", "0"), with the same complaints: kubectl's `--timeout` is read by it,
 * and a script that works with one must work with the other. The result is in milliseconds.
 */
export function parseGoDuration(text: string): DurationReading {
  const invalid: DurationReading = { ok: false, message: `time: invalid duration "${text}"` };
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = text.replace(/^[-+]/, "");
  if (rest === "0") return { ok: true, millis: 0 };
  if (rest === "") return invalid;
  let millis = 0;
  while (rest !== "") {
    const amount = /^(?:\d+(?:\.\d*)?|\.\d+)/.exec(rest)?.[0];
    if (amount === undefined) return invalid;
    rest = rest.slice(amount.length);
    const unit = /^[^.\d]+/.exec(rest)?.[0];
    if (unit === undefined) return { ok: false, message: `time: missing unit in duration "${text}"` };
    const factor = Object.hasOwn(unitMillis, unit) ? unitMillis[unit] : undefined;
    if (factor === undefined) return { ok: false, message: `time: unknown unit "${unit}" in duration "${text}"` };
    rest = rest.slice(unit.length);
    millis += Number(amount) * factor;
  }
  return { ok: true, millis: sign * millis };
}

/** kubectl's `--request-timeout`: whole seconds, or a Go duration. 0 means no limit. */
export function parseRequestTimeout(text: string): DurationReading {
  if (/^\d+$/.test(text)) return { ok: true, millis: Number(text) * 1000 };
  const reading = parseGoDuration(text);
  if (reading.ok && reading.millis >= 0) return reading;
  return {
    ok: false,
    message:
      "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
  };
}
