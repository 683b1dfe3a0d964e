import { isKubeError } from "../../client/errors.ts";
import { historyDocument, historyText } from "../../present/by-object/history-text.ts";
import { printedObject } from "../../present/by-object/objects-text.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
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
  const { result } = await withCluster(world, values, onlyFollows(world, true), async (s) => {
    try {
      return await world.engine.historyOfNodes(s, names);
    } catch (error) {
      if (isKubeError(error, "not-found"))
        throw new UsageError("Maintenances are not served here: there is no history", `to have one: ${world.program} install`, error);
      throw error;
    }
  });
  if (result.kind !== "read") return exitCodes.interrupted;
  const console = plainConsole(world);
  if (format === "json" || format === "yaml") console.out(await documentText(historyDocument(result.entries), format));
  else if (format === "name") for (const { name } of result.entries) console.out(printedObject(name));
  else for (const line of historyText(result.entries, world.out.isTTY ? world.out.columns() : Number.POSITIVE_INFINITY)) console.out(line);
  return exitCodes.done;
}
