import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { shells } from "../completion/candidates.ts";
import { completionScripts } from "../completion/scripts.ts";
import type { RunLine } from "../command-line.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";

/** `completion SHELL`: prints the script that the shell loads. */
export function runCompletion({ positionals }: RunLine, world: World): ExitCode {
  const [asked, ...more] = positionals;
  const shell = shells.find((candidate) => candidate === asked);
  if (shell === undefined || more.length > 0) {
    throw new UsageError(
      asked === undefined ? "which shell?" : `no completion for "${positionals.join(" ")}"`,
      `completion ${shells.join("|")}`,
    );
  }
  world.out.write(completionScripts[shell]);
  return exitCodes.done;
}
