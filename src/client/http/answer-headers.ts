import type { IncomingHttpHeaders } from "node:http";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A date as HTTP writes it, "Fri, 20 Nov 2026 09:12:00 GMT"; undefined for anything else. */
export function parseHttpDate(value: string | undefined): Instant | undefined {
  const [, day, month, year, time] = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/.exec(value ?? "") ?? [];
  const number = months.indexOf(month ?? "") + 1;
  return number === 0 ? undefined : parseTime(`${year}-${String(number).padStart(2, "0")}-${day}T${time}Z`);
}

/** Seconds. A date, which HTTP allows too, is counted from `now`. */
export function retryAfterOf(headers: IncomingHttpHeaders, now: Instant): number | undefined {
  const value = headerOf(headers, "retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = parseHttpDate(value);
  return at === undefined ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

/** Texts of Warning headers, `299 - "text"`, in the order they came and each once. Several may share one header. */
export function warningsOf(headers: IncomingHttpHeaders): readonly string[] {
  const value: unknown = headers["warning"];
  const lines: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const texts = new Set<string>();
  for (const line of lines) {
    for (const match of String(line).matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) texts.add((match[1] ?? "").replace(/\\(.)/g, "$1"));
  }
  return [...texts];
}
