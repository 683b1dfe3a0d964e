import { readFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { KubeError } from "../errors.ts";
import { type KubeconfigFile, parseKubeconfig } from "./kubeconfig-entries.ts";

/** Several files as one. */
export interface Kubeconfig extends KubeconfigFile {
  /** The files that were there. */
  readonly files: readonly string[];
  /** All that were looked for. */
  readonly looked: readonly string[];
}

/**
 * Reads what kubectl would read: the file of `--kubeconfig` alone (it must exist), else those of KUBECONFIG, else ~/.kube/config.
 * Of several files the first to set a value wins, by name and for the current context; missing ones are passed over.
 * client-node merges the other way round for the current context and throws on a name it has seen, so the merge is ours.
 */
export async function loadKubeconfig(
  explicit: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): Promise<Kubeconfig> {
  const looked = whereToLook(explicit, env["KUBECONFIG"], home).map((file) => resolve(file));
  const files: string[] = [];
  const parsed: KubeconfigFile[] = [];
  for (const file of looked) {
    const content = await contentOf(file, explicit !== undefined);
    if (content === undefined) continue;
    files.push(file);
    parsed.push(parseKubeconfig(content, file));
  }
  return {
    clusters: firstOfEach(parsed.map((file) => file.clusters)),
    users: firstOfEach(parsed.map((file) => file.users)),
    contexts: firstOfEach(parsed.map((file) => file.contexts)),
    currentContext: parsed.find((file) => file.currentContext !== undefined)?.currentContext,
    files,
    looked,
  };
}

export function isEmpty(config: Kubeconfig): boolean {
  return config.clusters.size === 0 && config.users.size === 0 && config.contexts.size === 0;
}

function whereToLook(explicit: string | undefined, variable: string | undefined, home: string | undefined): readonly string[] {
  if (explicit !== undefined) return [explicit];
  const listed = (variable ?? "").split(delimiter).filter((file) => file !== "");
  if (listed.length > 0) return [...new Set(listed)];
  return home === undefined ? [] : [join(home, ".kube", "config")];
}

async function contentOf(file: string, required: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      if (!required) return undefined;
      throw new KubeError("identity", `the kubeconfig ${file} does not exist; check --kubeconfig`, { cause });
    }
    throw new KubeError("identity", `the kubeconfig ${file} cannot be read (${code}); check its permissions`, { cause });
  }
}

function firstOfEach<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const merged = new Map<string, T>();
  for (const map of maps) for (const [name, entry] of map) if (!merged.has(name)) merged.set(name, entry);
  return merged;
}
