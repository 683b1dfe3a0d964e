import { type ExitCode, exitCodeOf } from "../../../present/exit-code.ts";
import { outcomeText } from "../../../present/outcome-text.ts";
import { exitCodeOfPowerOff, powerOffDocument, powerOffText } from "../../../present/power-off-check.ts";
import type { RunLine } from "../../command-line.ts";
import { documentText, plainConsole } from "../../console.ts";
import { readNodeChoice } from "../../node-choice.ts";
import { readOutputFormat } from "../../output-format.ts";
import { withCluster } from "../../session.ts";
import { UsageError } from "../../usage-error.ts";
import { voiceOf, type World } from "../../world.ts";

/** `check power-off NODE`: is it safe to switch this machine off? */
export async function runCheckPowerOff({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const { names } = readNodeChoice("check power-off", positionals, values);
  const [node = ""] = names;
  if (names.length > 1) throw new UsageError("one machine at a time", `check power-off ${node}`);
  const format = readOutputFormat(command, values);
  const voice = voiceOf(world);
  const console = plainConsole(world);
  const options = { quiet: true, moves: false, voice, stdout: () => [], onlyWatches: true } as const;
  const { result, stopped } = await withCluster(world, values, options, (s) => world.engine.checkPowerOff(s, node, 500));
  if (result.kind !== "checked") {
    for (const line of outcomeText(result, { ...voice, verb: "check", dryRun: true, again: () => "" })) console.err(line);
    return exitCodeOf(result, { partial: false, dryRun: true, stopped });
  }
  if (format === "json" || format === "yaml") console.out(await documentText(powerOffDocument(result, voice), format));
  else for (const line of powerOffText(result, format === "wide", voice)) console.out(line);
  return exitCodeOfPowerOff(result);
}
