import type { PreviewOutcome } from "../../maintenance/outcome.ts";
import type { Consent } from "../../plan/consent.ts";
import { type ExitCode, exitCodeOf } from "../../present/exit-code.ts";
import { type LeftBehind, leftBehind } from "../../present/left-behind.ts";
import { nameOf } from "../../present/names.ts";
import { type OutcomeWords, outcomeText } from "../../present/outcome-text.ts";
import { isPod, podDocument, previewDocument } from "../../present/preview-document.ts";
import { previewText } from "../../present/preview-text.ts";
import { wayOnFrom } from "../../present/refusal-lines.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDrainOptions } from "../drain-flags.ts";
import { readNodeChoice } from "../node-choice.ts";
import { type OutputFormat, readOutputFormat } from "../output-format.ts";
import { drainLine } from "../paste-line.ts";
import { kubectlOf } from "../program-name.ts";
import { readRules } from "../rules/read-rules.ts";
import { withCluster } from "../session.ts";
import { guidedVoice } from "../guided-voice.ts";
import type { World } from "../world.ts";
import { readFixesFile, writeFixes } from "./preview-fixes.ts";
import { runRank } from "./rank.ts";

/** `preview`: the whole plan; changes nothing. */
export async function runPreview(line: RunLine, world: World): Promise<ExitCode> {
  const { command, positionals, values } = line;
  const fixesFile = readFixesFile(values);
  if (values.on("rank")) return await runRank(line, world);
  const choice = readNodeChoice(command.name, positionals, values);
  const options = readDrainOptions(choice, values, await readRules(values, world));
  const format = readOutputFormat(command, values);
  const voice = guidedVoice(world, values, options.request);
  const { result, stopped } = await withCluster(world, values, { quiet: true, moves: false, voice, stdout: () => [] }, (s) =>
    world.engine.previewNodes(s, fixesFile === undefined ? options : { ...options, fixes: true }),
  );
  const again = (more: Iterable<Consent>): string => drainLine(world.program, choice.names, values, more);
  const left = result.kind === "previewed" ? leftBehind(result.plan, options.allow) : [];
  const fixes = result.kind === "previewed" ? result.fixes : undefined;
  if (fixes === undefined || fixesFile !== "-")
    await print(result, left, format, { ...voice, verb: "preview", dryRun: true, again }, world);
  if (result.kind === "previewed" && fixes !== undefined && fixesFile !== undefined)
    await writeFixes(
      fixes,
      fixesFile,
      result.plan.nodes.map(({ node }) => node),
      world,
    );
  return exitCodeOf(result, { partial: left.length > 0, dryRun: true, stopped });
}

async function print(
  result: PreviewOutcome,
  left: readonly LeftBehind[],
  format: OutputFormat,
  words: OutcomeWords,
  world: World,
): Promise<void> {
  const console = plainConsole(world);
  if (result.kind !== "previewed") {
    for (const line of outcomeText(result, words)) console.err(line);
    return;
  }
  const { plan, refusals } = result;
  const command = words.again(wayOnFrom(refusals).consents);
  const cells = world.out.isTTY ? { cells: world.out.columns() } : {};
  const textOptions = { wide: format === "wide", command, left, program: kubectlOf(world.program), ...cells };
  switch (format) {
    case "text":
    case "wide":
      for (const line of previewText(plan, refusals, textOptions, words)) console.out(line);
      return;
    case "json":
    case "yaml":
      console.out(await documentText(previewDocument(plan, refusals, { command, left }, words), format));
      return;
    case "ndjson":
      for (const { node, steps } of plan.nodes) {
        for (const step of steps.filter(isPod)) console.out(JSON.stringify({ node, ...podDocument(step, words) }));
      }
      return;
    case "name":
      for (const step of plan.nodes.flatMap(({ steps }) => steps)) {
        if (isPod(step) && step.action !== "stay") console.out(`pod/${nameOf(step.subject)}`);
      }
  }
}
