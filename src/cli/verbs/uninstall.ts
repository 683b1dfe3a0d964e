import { defaultOptions } from "../../operator/manifests/options.ts";
import {
  exitCodeOfUninstall,
  outLines,
  removedLine,
  returnedLine,
  uninstallQuestion,
  uninstallText,
} from "../../operator/uninstall/uninstall-text.ts";
import type { UninstallOptions } from "../../operator/uninstall/uninstall.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { undoScript } from "../../present/undo-script.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import { refuseArguments } from "../extra-arguments.ts";
import type { FlagValues } from "../flag-values.ts";
import { connectionWords } from "../paste-line.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { readNamespace } from "./install.ts";
import { installLine } from "./install-line.ts";
import { isYes } from "./yes.ts";

/** `uninstall`: stdout is for the lines that bring nodes back; what is done is told on stderr. */
export async function runUninstall({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  refuseArguments(command, positionals);
  const nodes = fateOfNodes(values);
  const deleteDefinitions = values.on("delete-crds");
  if (deleteDefinitions && values.on("keep-crds")) throw new UsageError("--keep-crds and --delete-crds contradict each other", "give one");
  const initial = defaultOptions(world.version);
  const what = { ...initial, namespace: readNamespace(values, initial.namespace) };
  const console = plainConsole(world);
  const quiet = values.on("quiet");
  const { result } = await withCluster(world, values, { quiet, moves: false, voice: voiceOf(world), stdout: () => [] }, (s) =>
    world.engine.uninstall(s, {
      what,
      ...(nodes === undefined ? {} : { nodes }),
      deleteDefinitions,
      ...agreement(world, values, { nodes, deleteDefinitions }, s.stop),
      show: (removed) => {
        if (!quiet || removed.state === "late") console.err(removedLine(removed));
      },
      showNode: (returned) => {
        if (!quiet || returned.state !== "in-service") console.err(returnedLine(returned));
      },
    }),
  );
  if (result.kind === "uninstalled" && result.left.length > 0) {
    const kubectl = ["kubectl", ...connectionWords(values)].join(" ");
    for (const line of undoScript(result.left, { version: world.version, at: world.clock.now(), kubectl })) console.out(line);
  }
  const again = (flag: string): string => installLine(world, "uninstall", command.flags, values, flag);
  const exitCode = exitCodeOfUninstall(result);
  const lines = uninstallText(result, { again, deletesDefinitions: deleteDefinitions });
  if (!quiet || exitCode !== exitCodes.done) for (const line of lines) console.err(line);
  return exitCode;
}

function fateOfNodes(values: FlagValues): "return" | "leave" | undefined {
  if (values.on("return-nodes") && values.on("leave-out"))
    throw new UsageError("--return-nodes and --leave-out contradict each other", "give one");
  return values.on("return-nodes") ? "return" : values.on("leave-out") ? "leave" : undefined;
}

/** With -y nobody is asked; on a terminal the one who types sees which nodes are out, and is asked once. */
function agreement(
  world: World,
  values: FlagValues,
  asked: { readonly nodes: "return" | "leave" | undefined; readonly deleteDefinitions: boolean },
  stop: AbortSignal,
): Pick<UninstallOptions, "agree"> {
  const { ask } = world;
  if (values.on("yes")) return { agree: () => Promise.resolve(true) };
  if (ask === undefined) return {};
  return {
    agree: async (out) => {
      for (const line of outLines(out)) plainConsole(world).err(line);
      return isYes(await ask(uninstallQuestion(out, asked.nodes, asked.deleteDefinitions), stop));
    },
  };
}
