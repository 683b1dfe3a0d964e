import { type ExitCode, exitCodeOf, exitCodes } from "../../present/exit-code.ts";
import { type OutcomeWords, outcomeText } from "../../present/outcome-text.ts";
import { rankDocument, rankLine, rankText } from "../../present/rank-view.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDrainOptions } from "../drain-flags.ts";
import { readNodeChoice } from "../node-choice.ts";
import { readOutputFormat } from "../output-format.ts";
import { drainLine } from "../paste-line.ts";
import { readRules } from "../rules/read-rules.ts";
import { withCluster } from "../session.ts";
import { voiceOf, type World } from "../world.ts";

/** `preview --rank`: which of the nodes first, with the least disturbance. */
export async function runRank({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const choice = readNodeChoice(command.name, positionals, values);
  const options = readDrainOptions(choice, values, await readRules(values, world));
  const format = readOutputFormat(command, values);
  const voice = voiceOf(world);
  const { result, stopped } = await withCluster(world, values, { quiet: true, moves: false, voice, stdout: () => [] }, (s) =>
    world.engine.rankNodes(s, options),
  );
  const console = plainConsole(world);
  if (result.kind !== "ranked") {
    const words: OutcomeWords = {
      ...voice,
      verb: "preview",
      dryRun: true,
      again: (more) => drainLine(world.program, choice.names, values, more),
    };
    for (const line of outcomeText(result, words)) console.err(line);
    return exitCodeOf(result, { partial: false, dryRun: true, stopped });
  }
  switch (format) {
    case "text":
    case "wide":
      for (const line of rankText(result, voice)) console.out(line);
      break;
    case "json":
    case "yaml":
      console.out(await documentText(rankDocument(result, voice), format));
      break;
    case "ndjson":
      for (const node of result.nodes) console.out(JSON.stringify(rankLine(node)));
      break;
    case "name":
      for (const { node } of result.nodes) console.out(`node/${node}`);
  }
  return exitCodes.done;
}
