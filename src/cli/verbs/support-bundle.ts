import { gzipSync } from "node:zlib";
import { formatTime } from "../../kube/time.ts";
import { names } from "../../operator/manifests/names.ts";
import { tar } from "../../operator/support/tar.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { dim, plain, warn } from "../../present/line.ts";
import { count } from "../../present/names.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import { refuseArguments } from "../extra-arguments.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { readNamespace } from "./install.ts";

/** `support-bundle`: the file's name alone on stdout; the bundle itself where that is asked for. */
export async function runSupportBundle({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  refuseArguments(command, positionals, "name the file with --file");
  const at = world.clock.now();
  const stem = `drydock-support-${formatTime(at).replaceAll(":", "-")}`;
  const file = values.text("file") ?? `${stem}.tar.gz`;
  if (file === "-" && world.out.isTTY)
    throw new UsageError("a bundle is no text for a terminal", `send it on: ${world.program} support-bundle --file=- > ${stem}.tar.gz`);
  const namespace = readNamespace(values, names.namespace);
  const { version, platform } = world;
  const quiet = values.on("quiet");
  const { result } = await withCluster(world, values, { quiet: true, moves: false, voice: voiceOf(world), stdout: () => [] }, (s) =>
    world.engine.supportBundle(s, { version, namespace, runtime: `node ${process.version} ${platform}` }),
  );
  const files = result.files.map(({ name, text }) => ({ name: `${stem}/${name}`, text }));
  try {
    await world.writeBytes(file, gzipSync(tar(files, at / 1000)));
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`, "name another file with --file");
  }
  const console = plainConsole(world);
  if (file !== "-") console.out(file);
  for (const { resource, why } of result.notRead) console.err([warn("Warning"), plain(`: not in it: ${resource} (${why})`)]);
  if (!quiet) {
    const logs = result.logs === 0 ? "no log" : `of which ${count(result.logs, "log")}`;
    console.err([
      plain(`${count(files.length, "file")}, ${logs}; no Secret was read. Read it before you send it: names and reasons are in it.`),
    ]);
    if (result.logs === 0) console.err([dim("  → README.txt in the bundle has the lines that add the operator's logs")]);
  }
  return result.notRead.length === 0 ? exitCodes.done : exitCodes.partly;
}
