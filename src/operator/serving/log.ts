import type { Json } from "../../kube/object.ts";
import type { Instant } from "../../runtime/clock.ts";
import { formatMicroTime } from "../../kube/time.ts";
import { type LogFields, type Logger, type LogLevel, logLevels } from "./logger.ts";
import { logValue } from "./log-value.ts";
import { redact } from "./redact.ts";

/** One line, before it is text. */
export interface LogRecord {
  readonly at: Instant;
  readonly level: LogLevel;
  readonly logger: string;
  readonly message: string;
  readonly fields: { readonly [key: string]: Json };
}

export interface LogOptions {
  readonly now: () => Instant;
  /** Takes one line, with its newline. A sink that fails is its own to report. */
  readonly sink: (line: string) => void;
  /** Nothing below it is written. Default: info. */
  readonly level?: LogLevel;
  /** How a line looks. Default: JSON. */
  readonly form?: (record: LogRecord) => string;
}

/** A logger whose lines are JSON objects `{time, level, logger, msg, …fields}`, unless another form is given. Secrets never get into one. */
export function createLogger(name: string, options: LogOptions): Logger {
  const { now, sink, form = jsonLine } = options;
  const lowest = logLevels.indexOf(options.level ?? "info");
  const make = (logger: string, always: LogFields): Logger => {
    const at = (level: LogLevel) => {
      const isOn = logLevels.indexOf(level) >= lowest;
      return (message: string, fields: LogFields = {}): void => {
        if (isOn) sink(`${form({ at: now(), level, logger, message: redact(message), fields: fieldsOf({ ...always, ...fields }) })}\n`);
      };
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      named: (part) => make(`${logger}.${part}`, always),
      with: (fields) => make(logger, { ...always, ...fields }),
    };
  };
  return make(name, {});
}

function fieldsOf(fields: LogFields): { readonly [key: string]: Json } {
  const value = logValue(fields);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json }) : {};
}

/** Our own keys come first and are never those of a field: such a field is called `fields.NAME`. */
const own: ReadonlySet<string> = new Set(["time", "level", "logger", "msg"]);

export function jsonLine({ at, level, logger, message, fields }: LogRecord): string {
  const rest = Object.entries(fields).map(([key, value]) => [own.has(key) ? `fields.${key}` : key, value] as const);
  return JSON.stringify({ time: formatMicroTime(at), level, logger, msg: message, ...Object.fromEntries(rest) });
}

/** For a terminal: `15:04:05.123 WARN  operator.webhooks  words  key=value`, and the causes of an error indented below. */
export function plainLine({ at, level, logger, message, fields }: LogRecord): string {
  const { error, ...rest } = fields;
  const pairs = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" && !/[\s"=]/.test(value) ? value : JSON.stringify(value)}`,
  );
  const head = [formatMicroTime(at).slice(11, 23), level.toUpperCase().padEnd(5), logger, ` ${message}`, ...pairs].join(" ");
  // A terminal obeys control characters: what came from a cluster shall not.
  return [head, ...errorLines(error)].map((line) => line.replace(/[\p{Cc}]/gu, "\u{FFFD}")).join("\n");
}

function errorLines(error: Json | undefined): readonly string[] {
  if (error === undefined) return [];
  if (typeof error !== "object" || error === null || Array.isArray(error)) return [`    ${JSON.stringify(error)}`];
  const { message, code, causes, stack } = error as { readonly [key: string]: Json };
  const told = (each: Json): string => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return JSON.stringify(each);
    const { code: its, message: words } = each as { readonly [key: string]: Json };
    const said = typeof words === "string" ? words : JSON.stringify(words);
    return typeof its === "string" ? `${said} (${its})` : said;
  };
  return [
    `    ${told({ message: message ?? null, ...(code === undefined ? {} : { code }) })}`,
    ...(Array.isArray(causes) ? causes : []).map((cause: Json) => `    because: ${told(cause)}`),
    ...(typeof stack === "string" ? stack.split("\n").slice(1) : []),
  ];
}
