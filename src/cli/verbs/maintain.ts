import type { MaintenanceSpec } from "../../api/maintenance.ts";
import { consentsOfMaintenance, drainSpecOf, durationOf } from "../../maintenance/by-object/drain-spec.ts";
import { maintenanceBody } from "../../maintenance/by-object/maintain.ts";
import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import type { ObjectEvent } from "../../maintenance/by-object/outcome.ts";
import type { DrainOptions } from "../../maintenance/work.ts";
import type { Json } from "../../kube/object.ts";
import type { Consent } from "../../plan/consent.ts";
import { noOperator, presenceLine } from "../../present/by-object/operator-words.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { plain, warn } from "../../present/line.ts";
import type { OutcomeWords } from "../../present/outcome-text.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDrainOptions } from "../drain-flags.ts";
import type { FlagName } from "../flags.ts";
import type { FlagValues } from "../flag-values.ts";
import { readNodeChoice } from "../node-choice.ts";
import { type OutputFormat, readOutputFormat } from "../output-format.ts";
import { commandLine } from "../paste-line.ts";
import { readRules } from "../rules/read-rules.ts";
import { withCluster } from "../session.ts";
import { openFollowDisplay } from "../follow-display.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { askForOperator, onlyFollows, printObjects } from "./follow-objects.ts";
import { linesFor, printOutcome } from "./work-result.ts";

/** `maintain`: hands nodes over to the operator and follows; where there is none, empties them here with the same defaults. */
export async function runMaintain({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const choice = readNodeChoice(command.name, positionals, values);
  const read = readDrainOptions(choice, values, await readRules(values, world));
  const options: DrainOptions = { ...read, allow: consentsOfMaintenance(read.allow) };
  const format = readOutputFormat(command, values);
  const spec = readSpec(values, options);
  if (options.dryRun === "client" && format === "yaml") return await printObjectsToApply(world, choice.names, spec);
  if (options.dryRun !== "none") return await inForeground(world, values, options, format);
  const presence = await askForOperator(world, values);
  if (presence === undefined) return exitCodes.interrupted;
  if (presence.kind === "absent") refuseWithoutOperator(values, presence);
  const quiet = values.on("quiet");
  const follow = !values.on("no-wait");
  const introduce = (): void => {
    if (!quiet || presence.kind === "unproven") plainConsole(world).err(presenceLine(presence, "maintain", follow));
  };
  if (presence.kind === "absent") {
    introduce();
    return await inForeground(world, values, options, format);
  }
  using display = openFollowDisplay(world, { format, quiet, written: () => "created" });
  let isIntroduced = false;
  // Not before the first object is made: of one that is refused nothing is carried out.
  const report = (event: ObjectEvent): void => {
    if (!isIntroduced) introduce();
    isIntroduced = true;
    display.report(event);
  };
  const { result, stopped } = await withCluster(world, values, onlyFollows(world, quiet), (s) =>
    world.engine.maintainNodes(s, { choice, spec, parallel: options.parallel, follow, report }),
  );
  display[Symbol.dispose]();
  return await printObjects(world, "maintain", result, { format, quiet, partial: options.allow.has("partial"), stopped });
}

async function inForeground(world: World, values: FlagValues, options: DrainOptions, format: OutputFormat): Promise<ExitCode> {
  const quiet = values.on("quiet");
  const dryRun = options.dryRun !== "none";
  for (const flag of ["reason", "ticket"] as const) {
    if (values.has(flag) && !dryRun)
      plainConsole(world).err([warn("Warning"), plain(`: --${flag} is not kept: it stands in an object, and no operator is there`)]);
  }
  const base = voiceOf(world);
  const voice = { ...base, speaker: { ...base.speaker, leaves: true, keepsOut: true } };
  const stdout = linesFor(format, { dryRun: options.dryRun, verbosity: values.int("v") ?? 0, allowed: options.allow }, voice);
  const { result, stopped } = await withCluster(world, values, { quiet, moves: !dryRun, voice, stdout }, (s) =>
    world.engine.drain(s, options),
  );
  const again = (more: Iterable<Consent>): string => commandLine(world.program, "maintain", options.choice.names, values, more);
  const words: OutcomeWords = { ...voice, verb: "drain", dryRun, again };
  return await printOutcome(world, format, result, words, quiet, { partial: options.allow.has("partial"), dryRun, stopped });
}

/** What nobody would see to once this command has ended. */
const needOperator: readonly FlagName[] = ["hold-until-released", "no-wait", "on-delete", "power-off"];

function refuseWithoutOperator(values: FlagValues, presence: Extract<OperatorPresence, { kind: "absent" }>): void {
  const flag = needOperator.find((name) => values.has(name));
  if (flag === undefined) return;
  throw new UsageError(`--${flag} needs the operator, and ${noOperator(presence)}`, "run: install, or leave the flag out");
}

function readSpec(values: FlagValues, options: DrainOptions): Omit<MaintenanceSpec, "nodeName"> {
  const drain = drainSpecOf(options);
  const reason = values.text("reason");
  const ticket = values.text("ticket");
  const powerOff = values.text("power-off");
  const onDelete = values.text("on-delete");
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(Object.keys(drain).length === 0 ? {} : { drain }),
    ...(powerOff === "Manual" ? { powerOff } : {}),
    ...(values.on("hold-until-released") ? { holdUntilReleased: true } : {}),
    ...(onDelete === "Restore" || onDelete === "KeepOut" ? { onDelete } : {}),
    ...(options.timeout === undefined ? {} : { timeout: durationOf(options.timeout) }),
  };
}

/** For files that are kept elsewhere: no server is asked. */
async function printObjectsToApply(world: World, names: readonly string[], spec: Omit<MaintenanceSpec, "nodeName">): Promise<ExitCode> {
  if (names.length === 0)
    throw new UsageError("-l asks a server which nodes it means, and --dry-run=client -o yaml asks none", "give the names of the nodes");
  const texts = await Promise.all(names.map((node) => documentText(maintenanceBody(node, { nodeName: node, ...spec }) as Json, "yaml")));
  plainConsole(world).out(texts.map((text) => text.trimEnd()).join("\n---\n"));
  return exitCodes.done;
}
