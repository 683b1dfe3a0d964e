import { waits } from "../../maintenance/by-object/wait-goals.ts";
import { exitCodeOfWait, metLine, waitDocument, waitText } from "../../present/by-object/wait-text.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readNodeChoice } from "../node-choice.ts";
import { readOutputFormat } from "../output-format.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { onlyFollows } from "./follow-objects.ts";

/** `wait`: ends when something is true of nodes. */
export async function runWait({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const choice = readNodeChoice(command.name, positionals, values);
  const goal = waits.find((one) => one === values.text("for"));
  if (goal === undefined) throw new UsageError("wait for what?", `say --for=${waits.join("|")}`);
  const format = readOutputFormat(command, values);
  const timeout = values.millis("timeout") ?? 0;
  const pageSize = Math.max(0, values.int("chunk-size") ?? 500);
  const { result } = await withCluster(world, values, onlyFollows(world, true), (s) =>
    world.engine.waitForNodes(s, { choice, goal, pageSize, ...(timeout <= 0 ? {} : { timeout }) }),
  );
  const voice = voiceOf(world);
  const console = plainConsole(world);
  const exitCode = exitCodeOfWait(result);
  if (result.kind === "waited") {
    if (format === "json" || format === "yaml") console.out(await documentText(waitDocument(result.ends, goal, exitCode, voice), format));
    else {
      for (const end of result.ends) {
        const line = metLine(end);
        if (line !== undefined) console.out(format === "name" ? `node/${end.node}` : line);
      }
    }
  }
  for (const line of waitText(result, goal, voice)) console.err(line);
  return exitCode;
}
