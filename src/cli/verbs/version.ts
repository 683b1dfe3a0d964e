import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { documentVersion } from "../../present/preview-document.ts";
import type { ServerVersion } from "../../client/kube-api.ts";
import type { RunLine } from "../command-line.ts";
import { failureOf } from "../failure.ts";
import { documentText, plainConsole } from "../console.ts";
import { readOutputFormat } from "../output-format.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";

/** `version`: ours and the server's. Ours is printed even where no server answers; the exit code tells. */
export async function runVersion({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  if (positionals.length > 0) throw new UsageError(`extra arguments: ${positionals.join(" ")}`);
  const format = readOutputFormat(command, values);
  const { server, exitCode } = values.on("client") ? { server: undefined, exitCode: exitCodes.done } : await askServer();
  const console = plainConsole(world);
  if (format === "json" || format === "yaml") {
    const head = { apiVersion: documentVersion, kind: "Version" };
    const serverVersion = server === undefined ? {} : { serverVersion: { ...server } };
    console.out(await documentText({ ...head, clientVersion: { version: world.version }, ...serverVersion }, format));
  } else {
    console.out(`Client Version: ${world.version}`);
    if (server !== undefined) console.out(`Server Version: ${server.gitVersion}`);
  }
  return exitCode;

  async function askServer(): Promise<{ readonly server: ServerVersion | undefined; readonly exitCode: ExitCode }> {
    try {
      const options = { quiet: true, moves: false, voice: voiceOf(world), stdout: () => [] };
      const { result } = await withCluster(world, values, options, ({ api, stop }) => api.version({ signal: stop }));
      return { server: result, exitCode: exitCodes.done };
    } catch (error) {
      const failure = failureOf(error, world.program);
      for (const line of failure.lines) plainConsole(world).err(line);
      return { server: undefined, exitCode: failure.exitCode };
    }
  }
}
