import type { Command } from "./command-table.ts";
import { UsageError } from "./usage-error.ts";

/** Of a command that takes no arguments, or no more of them. Throws a UsageError where there are any. */
export function refuseArguments({ name }: Pick<Command, "name">, extra: readonly string[], next = `see: ${name} --help`): void {
  if (extra.length > 0) throw new UsageError(`extra arguments: ${extra.join(" ")}`, next);
}
