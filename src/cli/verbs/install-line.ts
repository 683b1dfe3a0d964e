import { shellWord } from "../../present/shell-word.ts";
import type { FlagName } from "../flags.ts";
import type { FlagValues } from "../flag-values.ts";
import { connectionWords } from "../paste-line.ts";
import type { World } from "../world.ts";

/** `install` or `uninstall` as it was given, with one flag more: a line to paste. Secrets, and as whom it was asked, are not repeated. */
export function installLine(
  world: World,
  command: "install" | "uninstall",
  own: readonly FlagName[],
  values: FlagValues,
  more: string,
): string {
  const given = values.given.flatMap(({ name, value }, i): string[] => {
    const isLast = values.given.findLastIndex((other) => other.name === name) === i;
    if (!own.includes(name) || !isLast || name === "yes" || name === "output") return [];
    return [value === "true" ? `--${name}` : shellWord(`--${name}=${value}`)];
  });
  return [world.program, command, ...connectionWords(values), ...given, more].join(" ");
}
