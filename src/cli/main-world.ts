import { hostname } from "node:os";
import { cordonNodes, uncordonNodes } from "../maintenance/cordon.ts";
import { phrases } from "../maintenance/crafts.ts";
import { drain } from "../maintenance/drain.ts";
import { previewNodes } from "../maintenance/preview.ts";
import { createPacedClock } from "../runtime/paced-clock.ts";
import { systemRandom } from "../runtime/random.ts";
import { realClock } from "../runtime/real-clock.ts";
import { commandNamed } from "./command-table.ts";
import { commandIndex } from "./command-line.ts";
import { ownVersion } from "./own-version.ts";
import { programName } from "./program-name.ts";
import { run } from "./run.ts";
import { streamOutput } from "./terminal/output.ts";
import type { World } from "./world.ts";

/** Runs one command line in this process, and sets its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  endWithItsReader(process.stdout);
  endWithItsReader(process.stderr);
  process.exitCode = await run(argv, processWorld(argv));
}

/** `drydock preview … | head` closes the pipe early; that is no failure of ours, and there is nobody left to tell. */
function endWithItsReader(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });
}

function processWorld(argv: readonly string[]): World {
  const version = ownVersion();
  // Only the name of a command goes to the server: any other word may be somebody's secret.
  const command = commandNamed(argv[commandIndex(argv) ?? -1] ?? "")?.name ?? "complete";
  return {
    out: streamOutput(process.stdout),
    err: streamOutput(process.stderr),
    env: process.env,
    platform: process.platform,
    program: programName(process.env["DRYDOCK_CALLED_AS"] ?? process.argv[1] ?? "", process.env["_"]),
    version,
    host: hostname(),
    clock: realClock,
    paced: createPacedClock,
    random: systemRandom,
    phrases,
    engine: { drain, previewNodes, cordonNodes, uncordonNodes },
    // The HTTP client is loaded where a server is spoken to: help, completion of flags and the demo start without it.
    connect: async (flags) => {
      const { connectOverHttp } = await import("./http-connection.ts");
      return await connectOverHttp(flags, `drydock/${version} (${command})`, realClock, systemRandom);
    },
    kubeconfigNames: async (file) => {
      const { namesInKubeconfig } = await import("./http-connection.ts");
      return await namesInKubeconfig(file);
    },
    onStopSignal: (listener) => {
      const onInt = (): void => listener("SIGINT");
      const onTerm = (): void => listener("SIGTERM");
      process.on("SIGINT", onInt).on("SIGTERM", onTerm);
      return { [Symbol.dispose]: () => process.off("SIGINT", onInt).off("SIGTERM", onTerm) };
    },
    exitNow: (code) => process.exit(code),
  };
}
