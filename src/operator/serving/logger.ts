export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What belongs to a line besides its words. Errors are told with code and causes; secrets are taken out before anything is written. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Whoever has something to tell. One call is one line; nothing here throws or waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger of a part: "operator" named "webhooks" is "operator.webhooks". */
  named(name: string): Logger;
  /** These fields in every line. */
  with(fields: LogFields): Logger;
}
