import { podLabels } from "../manifests/manifest.ts";
import type { NotRead } from "../read-all.ts";
import { redact } from "../serving/redact.ts";
import { mostBytes, mostLines } from "./logs.ts";
import type { TarFile } from "./tar.ts";

export interface Contents {
  readonly files: readonly TarFile[];
  readonly notRead: readonly NotRead[];
  readonly logs: number;
}

/** For whoever opens the bundle, and whoever sends it: what is in it, what is not, and what to add by hand. */
export function readMe(
  { files, notRead, logs }: Contents,
  { version, namespace }: { readonly version: string; readonly namespace: string },
): string {
  return `${[
    `Support bundle of Drydock ${version}`,
    "",
    ...files.map(({ name }) => `  ${name}`),
    ...(notRead.length === 0 ? [] : ["", "Not in it:", ...notRead.map(({ resource, why }) => `  ${resource}: ${redact(why)}`)]),
    "",
    "No Secret was read, no value of an environment variable, and of objects only the fields that you see. What looked like a credential",
    'in a text stands here as "[redacted]". Names of nodes, objects, namespaces and people, and reasons that people wrote, are in it: read it',
    "before you send it.",
    "",
    ...(logs === 0 ? ["There is no log of the operator in it. To add one:"] : logsText),
    ...kubectlLines(namespace),
  ].join("\n")}\n`;
}

const logsText = [
  `Of each log these are the last ${mostLines} lines, and at most ${mostBytes / 1_048_576} MiB; ".previous" is from before the last restart of its container.`,
  "For all that the kubelets have:",
];

function kubectlLines(namespace: string): readonly string[] {
  const selector = Object.entries(podLabels).map(([key, value]) => `${key}=${value}`);
  const line = `  kubectl -n ${namespace} logs -l ${selector.join(",")} --all-containers --prefix --tail=-1`;
  return [`${line} > operator.log`, `${line} --previous > operator-previous.log`];
}
