import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import type { ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import { objectsDocument } from "../../present/by-object/objects-document.ts";
import { exitCodeOfObjects, objectsText, type ObjectVerb } from "../../present/by-object/objects-text.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { bad, plain } from "../../present/line.ts";
import { documentText, plainConsole } from "../console.ts";
import type { FlagValues } from "../flag-values.ts";
import type { OutputFormat } from "../output-format.ts";
import type { ReporterOptions } from "../reporter.ts";
import { withCluster } from "../session.ts";
import { voiceOf, type World } from "../world.ts";

/** Nothing of ours is under way that a signal would leave half done: what was written goes on without us. */
export function onlyFollows(world: World, quiet: boolean): ReporterOptions {
  return { quiet, moves: false, voice: voiceOf(world), stdout: () => [], onlyWatches: true };
}

/** Does somebody carry out objects? undefined: the command was stopped before that was known. */
export async function askForOperator(world: World, values: FlagValues): Promise<OperatorPresence | undefined> {
  const { result } = await withCluster(world, values, onlyFollows(world, true), (s) => world.engine.findOperator(s));
  if (result.kind !== "stopped-before") return result;
  plainConsole(world).err([bad("error"), plain(": stopped before anything was changed")]);
  return undefined;
}

/** The last words: a document on stdout where asked for, words for a person on stderr. */
export async function printObjects(
  world: World,
  verb: ObjectVerb,
  outcome: ObjectsOutcome,
  at: {
    readonly format: OutputFormat;
    readonly quiet: boolean;
    readonly partial: boolean;
    readonly stopped: boolean;
    /** The line to paste; absent where the outcome needs none. */
    readonly again?: () => string;
  },
): Promise<ExitCode> {
  const { format, quiet, partial, stopped } = at;
  const exitCode = exitCodeOfObjects(outcome, { partial, stopped, dryRun: false });
  const console = plainConsole(world);
  if (format === "json" || format === "yaml") console.out(await documentText(objectsDocument(verb, outcome, exitCode), format));
  const words = { ...voiceOf(world), verb, dryRun: false, again: at.again ?? (() => `${world.program} ${verb}`) };
  if (!quiet || exitCode !== exitCodes.done) for (const line of objectsText(outcome, words)) console.err(line);
  return exitCode;
}
