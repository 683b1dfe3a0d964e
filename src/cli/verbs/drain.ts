import type { Consent } from "../../plan/consent.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import type { OutcomeWords } from "../../present/outcome-text.ts";
import type { RunLine } from "../command-line.ts";
import { readDrainOptions } from "../drain-flags.ts";
import { readNodeChoice } from "../node-choice.ts";
import { readOutputFormat } from "../output-format.ts";
import { drainLine } from "../paste-line.ts";
import { readRules } from "../rules/read-rules.ts";
import { withCluster } from "../session.ts";
import { guidedVoice } from "../guided-voice.ts";
import type { World } from "../world.ts";
import { linesFor, printOutcome } from "./work-result.ts";

/** `drain`: empties nodes. */
export async function runDrain({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const choice = readNodeChoice(command.name, positionals, values);
  const options = readDrainOptions(choice, values, await readRules(values, world));
  const format = readOutputFormat(command, values);
  const quiet = values.on("quiet");
  const voice = guidedVoice(world, values, options.request);
  const dryRun = options.dryRun !== "none";
  const stdout = linesFor(format, { dryRun: options.dryRun, verbosity: values.int("v") ?? 0, allowed: options.allow }, voice);
  const { result, stopped } = await withCluster(world, values, { quiet, moves: !dryRun, ...goesOn(options.request), voice, stdout }, (s) =>
    world.engine.drain(s, options),
  );
  const again = (more: Iterable<Consent>): string => drainLine(world.program, choice.names, values, more);
  const words: OutcomeWords = { ...voice, verb: "drain", dryRun, again };
  return await printOutcome(world, format, result, words, quiet, { partial: options.allow.has("partial"), dryRun, stopped });
}

/** A taint works on without us. */
function goesOn({ mode }: Pick<PlanRequest, "mode">): { readonly goesOn?: string } {
  return mode === "Taint" ? { goesOn: "a taint that is set stays, and the cluster goes on deleting what does not tolerate it" } : {};
}
