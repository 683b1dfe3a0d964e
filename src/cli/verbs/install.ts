import { appliedLine, exitCodeOfInstall, installText, planLines } from "../../operator/install/install-text.ts";
import type { Applied } from "../../operator/install/outcome.ts";
import { manifests } from "../../operator/manifests/manifests.ts";
import { defaultOptions, type ManifestOptions } from "../../operator/manifests/options.ts";
import { manifestYaml } from "../../operator/manifests/yaml.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import { readDryRun } from "../drain-flags.ts";
import { refuseArguments } from "../extra-arguments.ts";
import type { FlagValues } from "../flag-values.ts";
import { readOutputFormat } from "../output-format.ts";
import { connectionWords } from "../paste-line.ts";
import { kubectlOf } from "../program-name.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { installLine } from "./install-line.ts";
import { isYes } from "./yes.ts";

/** `install`: prints the objects of the operator, or applies them. */
export async function runInstall({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  refuseArguments(command, positionals);
  const what = readManifestOptions(values, world.version);
  const format = readOutputFormat(command, values);
  const how = readDryRun(values);
  if (format !== "text" || how === "client") {
    if (how === "server") throw new UsageError("-o prints the objects and asks no server: leave out --dry-run=server", "or leave out -o");
    const objects = manifests(what);
    const list = { apiVersion: "v1", kind: "List", items: objects };
    plainConsole(world).out(format === "json" ? JSON.stringify(list, null, 2) : manifestYaml(objects).trimEnd());
    return exitCodes.done;
  }
  const console = plainConsole(world);
  const quiet = values.on("quiet");
  const dryRun = how === "server";
  const { result } = await withCluster(world, values, { quiet, moves: false, voice: voiceOf(world), stdout: () => [] }, (s) =>
    world.engine.install(s, {
      what,
      dryRun,
      force: values.on("force-conflicts"),
      ...waitOf(values),
      ...agreement(world, values, s.api.server, s.stop),
      show: (applied) => console.out(appliedLine(applied, dryRun)),
    }),
  );
  const kubectl = [kubectlOf(world.program), ...connectionWords(values)].join(" ");
  const again = (flag: string): string => installLine(world, "install", command.flags, values, flag);
  const exitCode = exitCodeOfInstall(result);
  const lines = installText(result, { kubectl, namespace: what.namespace, again });
  if (!quiet || exitCode !== exitCodes.done) for (const line of lines) console.err(line);
  return exitCode;
}

/** With -y nobody is asked; on a terminal the one who types is shown what would be done, and asked once. */
function agreement(
  world: World,
  values: FlagValues,
  server: string,
  stop: AbortSignal,
): { readonly agree?: (planned: readonly Applied[]) => Promise<boolean> } {
  const { ask } = world;
  if (values.on("yes")) return { agree: () => Promise.resolve(true) };
  if (ask === undefined) return {};
  return {
    agree: async (planned) => {
      for (const line of planLines(planned, server)) plainConsole(world).err(line);
      return isYes(await ask("Do that? [y/N] ", stop));
    },
  };
}

function waitOf(values: FlagValues): { readonly wait?: number } {
  const wait = values.millis("wait");
  return wait === undefined ? {} : { wait };
}

export function readManifestOptions(values: FlagValues, version: string): ManifestOptions {
  const initial = defaultOptions(version);
  const replicas = values.int("replicas") ?? initial.replicas;
  if (replicas < 0) throw new UsageError(`--replicas=${replicas} is no number of pods`, "give 0 or more; 2 is the usual number");
  const image = values.text("image") ?? initial.image;
  if (/[\s"'\\]/.test(image)) throw new UsageError(`--image="${image}" is no name of an image`, "write it as REGISTRY/NAME:TAG");
  return {
    ...initial,
    image,
    replicas,
    namespace: readNamespace(values, initial.namespace),
    withoutWebhooks: values.on("without-webhooks"),
    withoutMedik8s: values.on("without-medik8s"),
  };
}

/** Checked here, as a name that the server refuses would stop the installation halfway. */
export function readNamespace(values: FlagValues, initial: string): string {
  const namespace = values.text("namespace") ?? initial;
  if (namespace.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace))
    throw new UsageError(`"${namespace}" is no name of a namespace`, "lower case letters, digits and -, at most 63 of them");
  return namespace;
}
