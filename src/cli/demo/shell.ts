import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { dim } from "../../present/line.ts";
import { demoNode } from "../../simulator/demo-cluster.ts";
import { plainConsole } from "../console.ts";
import { failureOf } from "../failure.ts";
import { StoppedError } from "../session.ts";
import type { Prompt } from "../terminal/prompt.ts";
import type { World } from "../world.ts";
import { type RunCommand, Stage } from "./stage.ts";

/**
 * A prompt before a simulated cluster on which an operator works, until the input ends or `exit` is typed. Ctrl-C stops what runs, and on an
 * empty line the shell. Gives the exit code of the last line.
 *
 * @param world with the clock of the cluster
 */
export async function openShell(world: World, runCommand: RunCommand, prompt: Prompt): Promise<ExitCode> {
  const console = plainConsole(world);
  const failed = (error: unknown): ExitCode => {
    if (error instanceof StoppedError) return exitCodes.interrupted;
    const { lines, exitCode } = failureOf(error, world.program);
    for (const line of lines) console.err(line);
    return exitCode;
  };
  await using stage = new Stage(world, runCommand, failed);
  for (const text of introduction(world.program)) console.out(text === "" ? [] : [dim(`# ${text}`)]);
  await stage.startOperator(new AbortController().signal);
  let code: ExitCode = exitCodes.done;
  for (;;) {
    const line = (await prompt.next())?.trim();
    if (line === undefined || line === "exit" || line === "quit") return code;
    if (line === "" || line.startsWith("#")) continue;
    const stop = new AbortController();
    using _ = world.onStopSignal(() => stop.abort(new StoppedError()));
    code = await stage.run(line, { stop: stop.signal }).catch(failed);
  }
}

function introduction(program: string): readonly string[] {
  return [
    "A simulated cluster of four nodes, and an operator, run in this process; nothing else is touched. Time goes twice as fast here.",
    `Every command of ${program} works, and of kubectl get (-w), apply, delete, scale, cordon, uncordon and events. Some to begin with:`,
    `  ${program} preview ${demoNode}`,
    `  ${program} maintain ${demoNode} --reason="new firmware"`,
    "  kubectl get maintenances",
    "  kubectl scale deployment db --namespace=shop --replicas=2",
    `  ${program} return ${demoNode}`,
    "exit, or Ctrl-D, ends it.",
    "",
  ];
}
