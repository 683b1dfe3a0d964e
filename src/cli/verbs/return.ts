import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import type { NodeChoice } from "../../maintenance/outcome.ts";
import { presenceLine } from "../../present/by-object/operator-words.ts";
import { returnDocument } from "../../present/by-object/return-document.ts";
import { exitCodeOfReturn, returnedLine, returnText } from "../../present/by-object/return-text.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { directReturnLines } from "../../present/return-direct-words.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDryRun } from "../drain-flags.ts";
import type { FlagValues } from "../flag-values.ts";
import { readNodeChoice } from "../node-choice.ts";
import { type OutputFormat, readOutputFormat } from "../output-format.ts";
import { commandLine } from "../paste-line.ts";
import { withCluster } from "../session.ts";
import { openFollowDisplay } from "../follow-display.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { askForOperator, onlyFollows, printObjects } from "./follow-objects.ts";
import { isYes } from "./yes.ts";

/** `return`: tells the operator that nodes are wanted in, and follows; by the record on the node where there is no object. */
export async function runReturn({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const choice = readNodeChoice(command.name, positionals, values);
  const format = readOutputFormat(command, values);
  const direct = values.on("direct");
  const dryRun = readDryRun(values);
  if (direct && values.on("release"))
    throw new UsageError("--release is for the checked way back, and --direct makes no checks", "give one");
  const presence = await askForOperator(world, values);
  if (presence === undefined) return exitCodes.interrupted;
  const works = presence.kind !== "absent";
  if (direct || !works) return await byRecord(world, values, { choice, format, dryRun, presence, unchecked: direct });
  if (dryRun !== "none")
    throw new UsageError(
      "the operator carries it out: there is no dry run of that",
      "see what it would find: status; by the record: --direct",
    );
  const quiet = values.on("quiet");
  const timeout = values.millis("timeout") ?? 0;
  using display = openFollowDisplay(world, { format, quiet, written: () => "wanted in" });
  const { result, stopped } = await withCluster(world, values, onlyFollows(world, quiet), (s) =>
    world.engine.returnNodes(s, {
      choice,
      release: values.on("release"),
      follow: !values.on("no-wait"),
      ...(timeout <= 0 ? {} : { timeout }),
      report: display.report,
    }),
  );
  display[Symbol.dispose]();
  // Taken out by a command, without an object: so they come back.
  if (result.kind === "not-in-maintenance" && result.all)
    return await byRecord(world, values, { choice, format, dryRun, presence, unchecked: false });
  return await printObjects(world, "return", result, { format, quiet, partial: false, stopped });
}

interface ByRecord {
  readonly choice: NodeChoice;
  readonly format: OutputFormat;
  readonly dryRun: "none" | "client" | "server";
  readonly presence: OperatorPresence;
  readonly unchecked: boolean;
}

async function byRecord(world: World, values: FlagValues, o: ByRecord): Promise<ExitCode> {
  const { choice, format, dryRun, presence, unchecked } = o;
  const quiet = values.on("quiet");
  const console = plainConsole(world);
  if (!quiet && !unchecked && presence.kind === "absent") console.err(presenceLine(presence, "return", true));
  const voice = voiceOf(world);
  const { result } = await withCluster(world, values, { quiet, moves: false, voice, stdout: () => [] }, (s) =>
    world.engine.returnByRecord(s, {
      choice,
      dryRun,
      unchecked,
      besideOperator: presence.kind !== "absent",
      show: (plans) => {
        if (!quiet) for (const line of plans.flatMap(directReturnLines)) console.err(line);
      },
      ...(values.on("yes") ? {} : { agree: () => asked(world, s.stop) }),
    }),
  );
  const again = (): string => commandLine(world.program, "return", choice.names, values, []);
  const words = { ...voice, dryRun: dryRun !== "none", again };
  const exitCode = exitCodeOfReturn(result);
  if (format === "json" || format === "yaml") console.out(await documentText(returnDocument(result, exitCode, words), format));
  else if (result.kind === "returned") {
    for (const one of result.nodes) {
      const line = returnedLine(one, dryRun);
      if (line !== undefined) console.out(format === "name" ? `node/${one.plan.node}` : line);
    }
  }
  if (!quiet || exitCode !== exitCodes.done) for (const line of returnText(result, words)) console.err(line);
  return exitCode;
}

/** Where nobody can be asked nothing waits for an answer: it is a no. */
async function asked({ ask }: World, stop: AbortSignal): Promise<boolean> {
  return ask !== undefined && isYes(await ask("Put them back? [y/N] ", stop));
}
