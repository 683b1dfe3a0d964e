import { readFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { KubeError } from "../errors.ts";
import { type ClusterRest, type ContextRest, type KubeconfigFile, parseKubeconfig, type UserRest } from "./kubeconfig-entries.ts";

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
 * `KubeConfig.loadFromDefault` throws on a missing file and on a name it has seen, and lets the last current context win.
 */
export async function loadKubeconfig(
  explicit: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): Promise<Kubeconfig> {
  const looked = whereToLook(explicit, env["KUBECONFIG"], home).map((file) => resolve(file));
  const files: string[] = [];
  const official = new KubeConfig();
  const clusters = new Map<string, ClusterRest>();
  const users = new Map<string, UserRest>();
  const contexts = new Map<string, ContextRest>();
  for (const file of looked) {
    const content = await contentOf(file, explicit !== undefined);
    if (content === undefined) continue;
    files.push(file);
    const next = parseKubeconfig(content, file);
    addNew(next.official.getClusters(), next.clusters, clusters, (cluster) => official.addCluster(cluster));
    addNew(next.official.getUsers(), next.users, users, (user) => official.addUser(user));
    addNew(next.official.getContexts(), next.contexts, contexts, (context) => official.addContext(context));
    official.setCurrentContext(official.getCurrentContext() ?? next.official.getCurrentContext());
  }
  return { official, clusters, users, contexts, files, looked };
}

function addNew<T extends { readonly name: string }, R>(
  entries: readonly T[],
  rests: ReadonlyMap<string, R>,
  known: Map<string, R>,
  add: (entry: T) => void,
): void {
  for (const entry of entries) {
    const rest = rests.get(entry.name);
    if (rest === undefined || known.has(entry.name)) continue;
    known.set(entry.name, rest);
    add(entry);
  }
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
