import type { Maintenance } from "../../api/maintenance.ts";
import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import type { ObjectEvent, ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import { followLines } from "../../present/by-object/follow-lines.ts";
import { objectsDocument } from "../../present/by-object/objects-document.ts";
import { exitCodeOfObjects, objectsText, type ObjectVerb, printedObject } from "../../present/by-object/objects-text.ts";
import { plain, warn } from "../../present/line.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
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
  return result.kind === "stopped-before" ? undefined : result;
}

export interface FollowDisplay {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  /** "created", "configured": what kubectl would say became of the object. */
  readonly written: (object: Maintenance) => string;
}

/** kubectl's lines on stdout, and what the objects come to say on stderr. */
export function showing(world: World, { format, quiet, written }: FollowDisplay): (event: ObjectEvent) => void {
  const console = plainConsole(world);
  return (event) => {
    if (event.kind === "seen") {
      if (!quiet) for (const line of followLines(event.object, event.before, event.final)) console.err(line);
      return;
    }
    for (const warning of event.warnings) console.err([warn("Warning"), plain(`: ${warning}`)]);
    const printed = printedObject(event.object.metadata.name);
    if (format === "text") console.out(`${printed} ${written(event.object)}`);
    if (format === "name") console.out(printed);
  };
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
