import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { FollowEnd } from "../../maintenance/follow-status.ts";
import type { StatusOptions, StatusReport } from "../../maintenance/status.ts";
import { listed } from "../../maintenance/status.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../../present/exit-code.ts";
import { outcomeText } from "../../present/outcome-text.ts";
import { nodeStatusLine, statusDocument } from "../../present/status-document.ts";
import { statusDetails, statusTable } from "../../present/status-text.ts";
import { undoScript } from "../../present/undo-script.ts";
import type { Voice } from "../../present/speak.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import type { FlagValues } from "../flag-values.ts";
import { readNodeChoice } from "../node-choice.ts";
import { type OutputFormat, readOutputFormat } from "../output-format.ts";
import { connectionWords } from "../paste-line.ts";
import type { ReporterOptions } from "../reporter.ts";
import { withCluster } from "../session.ts";
import { openStatusDisplay } from "../status-display.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";

/** `status`: which nodes are out, and what they wait for. */
export async function runStatus({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const isAll = positionals.length === 0 && values.text("selector") === undefined;
  const choice = isAll ? { names: [] } : readNodeChoice(command.name, positionals, values);
  const options: StatusOptions = { choice, pageSize: Math.max(0, values.int("chunk-size") ?? 500) };
  const format = readOutputFormat(command, values);
  if (values.on("undo-script")) return await printUndoScript(options, format, values, world);
  if (values.on("watch")) return await follow(options, format, values, world);
  const voice = voiceOf(world);
  const { result, stopped } = await withCluster(world, values, looking(voice), (s) => world.engine.status(s, options));
  if (result.kind !== "reported") return explained(result, stopped, world);
  await print(result, format, voice, world);
  return exitCodes.done;
}

async function print(report: StatusReport, format: OutputFormat, voice: Voice, world: World): Promise<void> {
  const console = plainConsole(world);
  switch (format) {
    case "text":
    case "wide":
      for (const line of statusTable(report, world.clock.now(), format === "wide", voice)) console.fitted(line);
      for (const line of statusDetails(report, format === "wide", voice)) console.out(line);
      return;
    case "json":
    case "yaml":
      console.out(await documentText(statusDocument(report, voice), format));
      return;
    case "ndjson":
      for (const one of listed(report)) console.out(JSON.stringify(nodeStatusLine(one, report.at, voice)));
      return;
    case "name":
      for (const { node } of listed(report)) console.out(`node/${node.name}`);
  }
}

async function follow(options: StatusOptions, format: OutputFormat, values: FlagValues, world: World): Promise<ExitCode> {
  if (format === "json" || format === "yaml" || format === "name")
    throw new UsageError(`-w has no end, and -o ${format} is one document`, "use -o ndjson, a line for each change");
  const voice = voiceOf(world);
  using display = openStatusDisplay(world, format, voice);
  const { result, stopped } = await withCluster(world, values, { ...looking(voice), onlyWatches: true }, (s) =>
    world.engine.followStatus(s, options, (report) => display.show(report)),
  );
  display[Symbol.dispose]();
  // Whoever stops watching has what he wanted.
  return stopped || result.kind === "stopped-before" ? exitCodes.interrupted : explained(result, stopped, world);
}

async function printUndoScript(options: StatusOptions, format: OutputFormat, values: FlagValues, world: World): Promise<ExitCode> {
  if (format !== "text") throw new UsageError("--undo-script is a script: it has no other format", "leave -o away");
  if (values.on("watch")) throw new UsageError("--undo-script is written once: it cannot be followed", "leave -w away");
  const voice = voiceOf(world);
  const { result, stopped } = await withCluster(world, values, looking(voice), (s) => world.engine.nodesOfChoice(s, options));
  if ("kind" in result) return explained(result, stopped, world);
  const kubectl = ["kubectl", ...connectionWords(values)].join(" ");
  const console = plainConsole(world);
  for (const line of undoScript(result, { version: world.version, at: world.clock.now(), kubectl })) console.out(line);
  return exitCodes.done;
}

function looking(voice: Voice): ReporterOptions {
  return { quiet: true, moves: false, voice, stdout: () => [] };
}

function explained(result: FollowEnd | readonly NodeView[], stopped: boolean, world: World): ExitCode {
  if (!("kind" in result)) return exitCodes.done;
  const console = plainConsole(world);
  const words = { ...voiceOf(world), verb: "status" as const, dryRun: true, again: () => "" };
  for (const line of outcomeText(result, words)) console.err(line);
  return exitCodeOf(result, { partial: false, dryRun: true, stopped });
}
