import type { PodsReport } from "../../maintenance/pods-on.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../../present/exit-code.ts";
import { nameOf } from "../../present/names.ts";
import { outcomeText } from "../../present/outcome-text.ts";
import { podReportDocument, podsDocument } from "../../present/pods-document.ts";
import { podsText } from "../../present/pods-text.ts";
import type { Voice } from "../../present/speak.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDrainOptions } from "../drain-flags.ts";
import { readNodeChoice } from "../node-choice.ts";
import { type OutputFormat, readOutputFormat } from "../output-format.ts";
import { readRules } from "../rules/read-rules.ts";
import { withCluster } from "../session.ts";
import { voiceOf, type World } from "../world.ts";

/** `pods`: what is on nodes, whose it is, and what becomes of it. */
export async function runPods({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const options = readDrainOptions(readNodeChoice(command.name, positionals, values), values, await readRules(values, world));
  const format = readOutputFormat(command, values);
  const voice = voiceOf(world);
  const { result, stopped } = await withCluster(world, values, { quiet: true, moves: false, voice, stdout: () => [] }, (s) =>
    world.engine.podsOnNodes(s, options),
  );
  if (result.kind !== "reported") {
    const words = { ...voice, verb: "pods" as const, dryRun: true, again: () => "" };
    for (const line of outcomeText(result, words)) plainConsole(world).err(line);
    return exitCodeOf(result, { partial: false, dryRun: true, stopped });
  }
  await print(result, format, voice, world);
  return exitCodes.done;
}

async function print(report: PodsReport, format: OutputFormat, voice: Voice, world: World): Promise<void> {
  const console = plainConsole(world);
  switch (format) {
    case "text":
    case "wide":
      for (const line of podsText(report, format === "wide", voice)) console.fitted(line);
      return;
    case "json":
    case "yaml":
      console.out(await documentText(podsDocument(report, voice), format));
      return;
    case "ndjson":
      for (const { node, pods } of report.nodes)
        for (const one of pods) console.out(JSON.stringify({ kind: "NodePod", node: node.name, ...podReportDocument(one, voice) }));
      return;
    case "name":
      for (const { pods } of report.nodes) for (const { pod } of pods) console.out(`pod/${nameOf(pod)}`);
  }
}
