import { clusterCheckDocument, clusterCheckText, exitCodeOfCheck } from "../../../present/cluster-check.ts";
import { type ExitCode, exitCodes } from "../../../present/exit-code.ts";
import { roleNames } from "../../../maintenance/role.ts";
import { roleYaml } from "../../../present/role-yaml.ts";
import type { RunLine } from "../../command-line.ts";
import { documentText, plainConsole } from "../../console.ts";
import { readOutputFormat } from "../../output-format.ts";
import { withCluster } from "../../session.ts";
import { voiceOf, type World } from "../../world.ts";

/** `check cluster`: which permission, part or version is missing? With `--print-role` no server is asked. */
export async function runCheckCluster({ command, values }: RunLine, world: World): Promise<ExitCode> {
  const console = plainConsole(world);
  const asked = values.text("print-role");
  const role = roleNames.find((name) => name === asked);
  if (role !== undefined) {
    console.out(roleYaml(role));
    return exitCodes.done;
  }
  const format = readOutputFormat(command, values);
  const options = { quiet: true, moves: false, voice: voiceOf(world), stdout: () => [] };
  const { result } = await withCluster(world, values, options, (s) => world.engine.checkCluster(s));
  if (format === "json" || format === "yaml") console.out(await documentText(clusterCheckDocument(result), format));
  else for (const line of clusterCheckText(result, world.program)) console.out(line);
  return exitCodeOfCheck(result);
}
