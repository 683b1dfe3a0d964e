import { hostname } from "node:os";
import { phrases } from "../maintenance/crafts.ts";
import { createPacedClock } from "../runtime/paced-clock.ts";
import { systemRandom } from "../runtime/random.ts";
import { realClock } from "../runtime/real-clock.ts";
import { keepYoungGenerationSmall } from "../runtime/young-generation.ts";
import { commandNamed } from "./command-table.ts";
import { commandIndex } from "./command-line.ts";
import { ownVersion } from "./own-version.ts";
import { programName } from "./program-name.ts";
import { realEngine } from "./real-engine.ts";
import { run } from "./run.ts";
import { onLostOutput } from "./terminal/lost-output.ts";
import { streamOutput } from "./terminal/output.ts";
import type { World } from "./world.ts";

/** Runs one command line in this process, and sets its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  keepYoungGenerationSmall();
  let isIncomplete = false;
  const lost = {
    goesOn: ["drain", "cordon", "uncordon", "taint", "install", "uninstall"].includes(
      commandNamed(argv[commandIndex(argv) ?? -1] ?? "")?.name ?? "",
    ),
    say: (line: string): void => void process.stderr.write(line),
    exit: (code?: number): void => process.exit(code ?? process.exitCode ?? 0),
    incomplete: (): void => {
      isIncomplete = true;
      process.exitCode ||= 1;
    },
  };
  onLostOutput(process.stdout, { ...lost, name: "stdout" });
  onLostOutput(process.stderr, { ...lost, name: "stderr" });
  const code = await run(argv, processWorld(argv));
  process.exitCode = code === 0 && isIncomplete ? 1 : code;
}

/** Resolves when the stream has taken it all: the process may end then. */
async function written(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.write(bytes, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  await promise;
}

/** Loaded where somebody is asked. */
async function askPerson(question: string, signal: AbortSignal): Promise<string> {
  const { askOn } = await import("./terminal/question.ts");
  return await askOn(process.stdin, process.stderr, question, signal);
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
    engine: realEngine,
    // The HTTP client is loaded where a server is spoken to: help, completion of flags and the demo start without it.
    connect: async (flags) => {
      const { connectOverHttp } = await import("./http-connection.ts");
      return await connectOverHttp(flags, `drydock/${version} (${command})`, realClock, systemRandom);
    },
    kubeconfigNames: async (file) => {
      const { namesInKubeconfig } = await import("./http-connection.ts");
      return await namesInKubeconfig(file);
    },
    readText: async (file) => {
      if (file === "-") return await (await import("node:stream/consumers")).text(process.stdin);
      return await (await import("node:fs/promises")).readFile(file, "utf8");
    },
    writeText: async (file, text) => (await import("node:fs/promises")).writeFile(file, text),
    writeBytes: async (file, bytes) => {
      if (file === "-") return await written(process.stdout, bytes);
      await (await import("node:fs/promises")).writeFile(file, bytes, { mode: 0o600 });
    },
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askPerson } : {}),
    prompt: async (text) => (await import("./terminal/prompt.ts")).openPrompt(process.stdin, process.stdout, text),
    onStopSignal: (listener) => {
      const onInt = (): void => listener("SIGINT");
      const onTerm = (): void => listener("SIGTERM");
      process.on("SIGINT", onInt).on("SIGTERM", onTerm);
      return { [Symbol.dispose]: () => process.off("SIGINT", onInt).off("SIGTERM", onTerm) };
    },
    exitNow: (code) => process.exit(code),
  };
}
