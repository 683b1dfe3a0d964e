import type { NotRead } from "../read-all.ts";
import { podLabels } from "../manifests/manifest.ts";
import type { TarFile } from "./tar.ts";

/** For whoever opens the bundle, and whoever sends it: what is in it, what is not, and what to add by hand. */
export function readMe(
  files: readonly TarFile[],
  notRead: readonly NotRead[],
  { version, namespace }: { readonly version: string; readonly namespace: string },
): string {
  const selector = Object.entries(podLabels).map(([key, value]) => `${key}=${value}`);
  return `${[
    `Support bundle of Drydock ${version}`,
    "",
    ...files.map(({ name }) => `  ${name}`),
    "",
    "No Secret was read, no value of an environment variable, and of objects only the fields that you see. What looked like a credential",
    'in a text stands here as "[redacted]". Names of nodes, objects, namespaces and people, and reasons that people wrote, are in it: read it',
    "before you send it.",
    "",
    "The operator's logs are not in it. To add them:",
    `  kubectl -n ${namespace} logs -l ${selector.join(",")} --all-containers --prefix --tail=-1 > operator.log`,
    `  kubectl -n ${namespace} logs -l ${selector.join(",")} --all-containers --prefix --tail=-1 --previous > operator-previous.log`,
    ...(notRead.length === 0 ? [] : ["", "Could not be read:", ...notRead.map(({ resource, why }) => `  ${resource}: ${why}`)]),
  ].join("\n")}\n`;
}
