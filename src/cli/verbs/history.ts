import type { HistoryEntry } from "../../maintenance/by-object/history-entry.ts";
import { forcedText, historyDocument, historyText } from "../../present/by-object/history-text.ts";
import { printedObject } from "../../present/by-object/objects-text.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { plain, warn } from "../../present/line.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readNodeChoice } from "../node-choice.ts";
import { readOutputFormat } from "../output-format.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";
import { onlyFollows } from "./follow-objects.ts";

/** `history`: the maintenances that are over. */
export async function runHistory({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const names = positionals.length === 0 ? [] : readNodeChoice(command.name, positionals, values).names;
  const format = readOutputFormat(command, values);
  const { result } = await withCluster(world, values, onlyFollows(world, true), (s) => world.engine.historyOfNodes(s, names));
  if (result.kind !== "read") return exitCodes.interrupted;
  const { entries, notRead } = result;
  if (entries.length === 0 && notRead.some(({ why }) => why === "not-served"))
    throw new UsageError("Maintenances are not served here: there is no history", `to have one: ${world.program} install`);
  const console = plainConsole(world);
  if (format === "json" || format === "yaml") console.out(await documentText(historyDocument(entries), format));
  else if (format === "name") for (const { name, node } of entries) console.out(name === undefined ? `node/${node}` : printedObject(name));
  else printText(world, entries, names);
  const denied = notRead.filter(({ why }) => why === "forbidden");
  for (const { what, message } of denied) console.err([warn("Warning"), plain(`: ${unknown[what]}: ${message} (missing: list ${what})`)]);
  // Records are read beside the objects: who may not read them has the whole history of those.
  return denied.some(({ what }) => what === "maintenances") ? exitCodes.partly : exitCodes.done;
}

const unknown = {
  maintenances: "only what commands did is known",
  nodes: "what commands did without an object is not known",
} as const;

/** Where single nodes are asked about, what was forced is said pod by pod. */
function printText(world: World, entries: readonly HistoryEntry[], names: readonly string[]): void {
  const console = plainConsole(world);
  const cells = world.out.isTTY ? world.out.columns() : Number.POSITIVE_INFINITY;
  for (const line of historyText(entries, cells, names)) console.out(line);
  const forced = names.length === 0 ? [] : forcedText(entries);
  if (forced.length > 0) console.out("");
  for (const line of forced) console.out(line);
}
