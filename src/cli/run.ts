import { type ExitCode, exitCodes } from "../present/exit-code.ts";
import { plain, warn } from "../present/line.ts";
import type { Command } from "./command-table.ts";
import { readCommandLine, type RunLine } from "./command-line.ts";
import { plainConsole } from "./console.ts";
import { failureOf } from "./failure.ts";
import { commandHelp, treeHelp } from "./help.ts";
import { runCheck } from "./verbs/check.ts";
import { runCompletion } from "./verbs/completion.ts";
import { runComplete } from "./verbs/complete.ts";
import { runCordon } from "./verbs/cordon.ts";
import { runDemo } from "./verbs/demo.ts";
import { runDrain } from "./verbs/drain.ts";
import { runExplain } from "./verbs/explain.ts";
import { runPods } from "./verbs/pods.ts";
import { runPreview } from "./verbs/preview.ts";
import { runStatus } from "./verbs/status.ts";
import { runTaint } from "./verbs/taint.ts";
import { runVersion } from "./verbs/version.ts";
import { runWhy } from "./verbs/why.ts";
import type { World } from "./world.ts";

/** Runs one command line; every end of it, expected or not, is an exit code and, where something went wrong, a clear line on stderr. */
export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  const console = plainConsole(world);
  try {
    const line = readCommandLine(argv);
    switch (line.kind) {
      case "complete":
        return await runComplete(line.words, world);
      case "help":
        printHelp(line.command, world);
        return exitCodes.done;
      case "run":
        for (const note of line.notes) console.err([warn("Warning"), plain(`: ${note}`)]);
        return await dispatch(line, world);
    }
  } catch (error) {
    const failure = failureOf(error, world.program);
    for (const text of failure.lines) console.err(text);
    return failure.exitCode;
  }
}

function printHelp(command: Command | undefined, world: World): void {
  const cells = Math.min(world.out.isTTY ? world.out.columns() : 100, 100);
  const lines = command === undefined ? treeHelp(world.program, cells) : commandHelp(command, world.program, cells);
  for (const line of lines) plainConsole(world).out(line);
}

async function dispatch(line: RunLine, world: World): Promise<ExitCode> {
  // No virtual time passes meanwhile.
  const load = <T>(module: () => Promise<T>): Promise<T> => world.clock.outside("the module of a command", module);
  switch (line.command.name) {
    case "preview":
      return await runPreview(line, world);
    case "check":
      return await runCheck(line, world);
    case "status":
      return await runStatus(line, world);
    case "pods":
      return await runPods(line, world);
    case "why":
      return await runWhy(line, world);
    case "drain":
      return await runDrain(line, world);
    case "cordon":
    case "uncordon":
      return await runCordon(line.command.name, line, world);
    case "taint":
      return await runTaint(line, world);
    case "explain":
      return await runExplain(line, world);
    case "completion":
      return runCompletion(line, world);
    case "version":
      return await runVersion(line, world);
    case "maintain":
      return await (await load(() => import("./verbs/maintain.ts"))).runMaintain(line, world);
    case "history":
      return await (await load(() => import("./verbs/history.ts"))).runHistory(line, world);
    case "wait":
      return await (await load(() => import("./verbs/wait.ts"))).runWait(line, world);
    case "pause":
    case "resume":
    case "cancel":
    case "retry":
    case "approve":
      return await (await load(() => import("./verbs/order.ts"))).runOrder(line.command.name, line, world);
    case "return":
      return await (await load(() => import("./verbs/return.ts"))).runReturn(line, world);
    // Rarely run, and with the schemas of the kinds behind them: loaded when they are.
    case "operator":
      return await (await load(() => import("./verbs/operator.ts"))).runOperatorCommand(line, world);
    case "install":
      return await (await load(() => import("./verbs/install.ts"))).runInstall(line, world);
    case "uninstall":
      return await (await load(() => import("./verbs/uninstall.ts"))).runUninstall(line, world);
    case "adopt":
      return await (await load(() => import("./verbs/adopt.ts"))).runAdopt(line, world);
    case "support-bundle":
      return await (await load(() => import("./verbs/support-bundle.ts"))).runSupportBundle(line, world);
    case "demo":
      return await runDemo(line, world, run);
  }
}
