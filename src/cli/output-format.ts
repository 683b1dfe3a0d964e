import type { Command } from "./command-table.ts";
import type { FlagValues } from "./flag-values.ts";
import { UsageError } from "./usage-error.ts";

export type OutputFormat = "text" | "wide" | "json" | "yaml" | "ndjson" | "name";

const formats: readonly OutputFormat[] = ["wide", "json", "yaml", "ndjson", "name"];

/** The format that `-o` asks for; throws a UsageError for one that the command has not. */
export function readOutputFormat(command: Command, values: FlagValues): OutputFormat {
  const asked = values.text("output");
  if (asked === undefined) return "text";
  const format = formats.find((candidate) => candidate === asked);
  const known = command.outputs ?? [];
  if (format === undefined || !known.includes(format))
    throw new UsageError(`invalid value "${asked}" for -o, --output`, `it takes ${known.join(", ")}`);
  return format;
}
