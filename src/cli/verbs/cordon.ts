import type { ExitCode } from "../../present/exit-code.ts";
import type { OutcomeWords } from "../../present/outcome-text.ts";
import type { RunLine } from "../command-line.ts";
import { readCordonOptions } from "../drain-flags.ts";
import { readNodeChoice } from "../node-choice.ts";
import { readOutputFormat } from "../output-format.ts";
import { withCluster } from "../session.ts";
import { voiceOf, type World } from "../world.ts";
import { linesFor, printOutcome } from "./work-result.ts";

/** `cordon` and `uncordon`. */
export async function runCordon(verb: "cordon" | "uncordon", { command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const options = readCordonOptions(readNodeChoice(command.name, positionals, values), values);
  const format = readOutputFormat(command, values);
  const quiet = values.on("quiet");
  const voice = voiceOf(world);
  const stdout = linesFor(format, { dryRun: options.dryRun, verbosity: 0 }, voice);
  const { result, stopped } = await withCluster(world, values, { quiet, moves: false, voice, stdout }, (s) =>
    verb === "cordon" ? world.engine.cordonNodes(s, options) : world.engine.uncordonNodes(s, options),
  );
  const dryRun = options.dryRun !== "none";
  const words: OutcomeWords = { ...voice, verb, dryRun, again: () => "" };
  return await printOutcome(world, format, result, words, quiet, { partial: false, dryRun, stopped });
}
