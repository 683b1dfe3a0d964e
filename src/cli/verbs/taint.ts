import { isTaintArgument, parseTaintChanges, type TaintChanges } from "../../kube/taint-spec.ts";
import { parseLabelSelector } from "../../kube/selector.ts";
import type { NodeChoice } from "../../maintenance/outcome.ts";
import type { TaintEffects } from "../../maintenance/taint.ts";
import type { Consent } from "../../plan/consent.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import type { OutcomeWords } from "../../present/outcome-text.ts";
import { taintEffectsText, taintQuestion, taintWarnings } from "../../present/taint-effects.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import { readConsents, readDryRun } from "../drain-flags.ts";
import type { FlagValues } from "../flag-values.ts";
import { readOutputFormat } from "../output-format.ts";
import { commandLine } from "../paste-line.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { linesFor, printOutcome } from "./work-result.ts";
import { isYes } from "./yes.ts";

/** `taint`: adds and removes taints, and shows before what that evicts. */
export async function runTaint({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const { choice, changes } = readTaintArguments(positionals, values);
  const format = readOutputFormat(command, values);
  const quiet = values.on("quiet");
  const voice = voiceOf(world);
  const how = readDryRun(values);
  const dryRun = how !== "none";
  const console = plainConsole(world);
  const { ask } = world;
  // -y answers the question, and stands for no consent.
  const asks = ask !== undefined && !values.on("yes") ? { ask } : {};
  const stdout = linesFor(format, { dryRun: how, verbosity: 0 }, voice);
  const { result, stopped } = await withCluster(world, values, { quiet, moves: false, voice, stdout }, (s) =>
    world.engine.taintNodes(s, {
      choice,
      changes,
      overwrite: values.on("overwrite"),
      allow: readConsents(values),
      dryRun: how,
      show: (effects) => {
        const isSeen = !quiet || asks.ask !== undefined;
        for (const line of isSeen ? taintEffectsText(effects, voice) : taintWarnings(effects, voice)) console.err(line);
      },
      ...(asks.ask === undefined
        ? {}
        : { ask: async (effects: readonly TaintEffects[]) => isYes(await asks.ask(taintQuestion(effects), s.stop)) }),
    }),
  );
  const again = (more: Iterable<Consent>): string => commandLine(world.program, "taint", positionals, values, more);
  const words: OutcomeWords = { ...voice, verb: "taint", dryRun, again };
  return await printOutcome(world, format, result, words, quiet, { partial: false, dryRun, stopped });
}

/** `nodes NAME… TAINT…`, checked in kubectl's order and refused in its words (pkg/cmd/taint, Complete and Validate). */
function readTaintArguments(
  positionals: readonly string[],
  values: FlagValues,
): { readonly choice: NodeChoice; readonly changes: TaintChanges } {
  const first = positionals.findIndex(isTaintArgument);
  const words = first === -1 ? [] : positionals.slice(first);
  const late = words.find((word) => !isTaintArgument(word));
  if (late !== undefined) throw new UsageError(`all resources must be specified before taint changes: ${late}`);
  const [kind, ...names] = first === -1 ? positionals : positionals.slice(0, first);
  if (kind === undefined)
    throw new UsageError("one or more resources must be specified as <resource> <name>", "write: taint nodes NODE KEY=VALUE:EFFECT");
  if (words.length === 0)
    throw new UsageError("at least one taint update is required", "write KEY=VALUE:EFFECT, or KEY:EFFECT- to remove one");
  const reading = parseTaintChanges(words);
  if (!reading.ok) throw new UsageError(reading.message, "see: taint --help");
  if (!["node", "nodes", "no"].includes(kind.toLowerCase()))
    throw new UsageError(`invalid resource type ${kind}, only node types are supported`, "write: taint nodes NODE KEY=VALUE:EFFECT");
  return { choice: readChoice(names, values), changes: reading.changes };
}

function readChoice(names: readonly string[], values: FlagValues): NodeChoice {
  const selector = values.text("selector");
  // kubectl passes the names over, and taints what the flag chooses.
  if (names.length > 0 && selector !== undefined) throw new UsageError("cannot specify both a node name and a --selector option");
  if (names.length > 0 && values.on("all"))
    throw new UsageError(`--all chooses every node: leave it out, or leave out ${names.join(", ")}`);
  if (values.on("all")) {
    if (selector !== undefined) throw new UsageError("setting 'all' parameter with a non empty selector is prohibited");
    return { names: [], selector: "" };
  }
  if (selector === undefined) {
    if (names.length === 0) throw new UsageError("at least one resource name must be specified since 'all' parameter is not set");
    return { names: [...new Set(names)] };
  }
  const read = parseLabelSelector(selector);
  if (!read.ok) throw new UsageError(`invalid selector "${selector}": ${read.message}`);
  return { names: [], selector };
}
