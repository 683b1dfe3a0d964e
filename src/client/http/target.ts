import { access } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Cluster, User } from "@kubernetes/client-node/dist/config_types.js";
import { InvariantError } from "../../runtime/errors.ts";
import { KubeError } from "../errors.ts";
import { isEmpty, type Kubeconfig } from "./kubeconfig.ts";
import { type ClusterRest, type ExecSpec, unnamed, type UserRest } from "./kubeconfig-entries.ts";
import type { Surroundings } from "./surroundings.ts";

export interface TargetFlags {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly server?: string;
}

export type KnownCluster = Cluster & ClusterRest;

export interface KnownUser extends Omit<User, "exec" | "authProvider">, UserRest {
  readonly exec?: ExecSpec;
  readonly authProvider?: { readonly name?: string; readonly config?: Readonly<Record<string, unknown>> };
}

/** Which cluster, as whom: the entries that flags, kubeconfig and pod agree on, as the official client has them, and what it leaves out. */
export interface Target {
  readonly cluster: KnownCluster;
  readonly user: KnownUser;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
}

/** As kubectl chooses: the kubeconfig if there is any, a bare `--server`, else the pod's service account. */
export async function chooseTarget(config: Kubeconfig, flags: TargetFlags, around: Surroundings): Promise<Target> {
  if (!isEmpty(config)) return fromKubeconfig(config, flags);
  if (flags.context === undefined && flags.cluster === undefined && flags.user === undefined) {
    const pod = await fromPod(around);
    if (pod !== undefined) return pod;
    if (flags.server !== undefined)
      return { cluster: bareCluster("--server"), user: bareUser("--server"), context: undefined, namespace: undefined };
  }
  const looked = config.looked.length === 0 ? "no home directory is set" : `looked at ${config.looked.join(", ")}`;
  const empty = config.files.length === 0 ? "no kubeconfig was found" : "the kubeconfig has no clusters";
  throw new KubeError("identity", `${empty} (${looked}), and this is not a pod; pass --kubeconfig, set KUBECONFIG, or pass --server`);
}

function fromKubeconfig(config: Kubeconfig, flags: TargetFlags): Target {
  const { official } = config;
  const files = config.files.join(", ");
  const contextName: string | undefined = flags.context ?? official.getCurrentContext();
  const context = contextName === undefined ? null : official.getContextObject(contextName);
  if (contextName !== undefined && context === null) {
    throw missing("context", contextName, files, config.contexts, flags.context === undefined ? "kubectl config use-context" : "--context");
  }
  const contextFile = (contextName === undefined ? undefined : config.contexts.get(contextName)?.file) ?? files;
  const clusterName = flags.cluster ?? (context?.cluster === unnamed ? undefined : context?.cluster);
  if (clusterName === undefined && flags.server === undefined) {
    throw new KubeError(
      "identity",
      context === null
        ? `${files} sets no current context; pass --context (${known(config.contexts)}), or choose one with kubectl config use-context`
        : `context ${contextName} in ${contextFile} names no cluster; pass --cluster (${known(config.clusters)})`,
    );
  }
  const userName = flags.user ?? context?.user;
  const cluster = clusterName === undefined ? bareCluster(files) : whole(official.getCluster(clusterName), config.clusters);
  const user = userName === undefined ? bareUser(files) : whole(official.getUser(userName), config.users);
  if (cluster === undefined) throw missing("cluster", clusterName ?? "", contextFile, config.clusters, "--cluster");
  if (user === undefined) throw missing("user", userName ?? "", contextFile, config.users, "--user");
  return { cluster, user, context: contextName, namespace: context?.namespace };
}

function whole<T extends { readonly name: string }, R>(entry: T | null, rests: ReadonlyMap<string, R>): (T & R) | undefined {
  const rest = entry === null ? undefined : rests.get(entry.name);
  return entry === null || rest === undefined ? undefined : { ...entry, ...rest };
}

/**
 * `loadFromCluster` knows where the files of a pod lie. Its server is not taken: it speaks plain HTTP to ports 80, 8080 and 8001, where
 * client-go insists on TLS, and it reads the environment of the process alone.
 */
async function fromPod({ env, serviceAccount: root }: Surroundings): Promise<Target | undefined> {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  if (!host || !port) return undefined;
  const official = new KubeConfig();
  official.loadFromCluster(root);
  const cluster = official.getCurrentCluster();
  const { tokenFile } = (official.getCurrentUser() as KnownUser).authProvider?.config ?? {};
  if (typeof tokenFile !== "string") throw new InvariantError("the official client no longer names a token's file for pods");
  const isPod = await access(tokenFile).then(
    () => true,
    () => false,
  );
  if (!isPod) return undefined;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    cluster: { ...bareCluster(tokenFile), ...cluster, name: "the pod's cluster", server },
    user: { ...bareUser(tokenFile), name: "the pod's service account", tokenFile },
    context: undefined,
    namespace: official.getContextObject(official.getCurrentContext())?.namespace?.trim(),
  };
}

function bareCluster(file: string): KnownCluster {
  return { name: "--server", file, server: unnamed, skipTLSVerify: false, execConfig: undefined };
}

function bareUser(file: string): KnownUser {
  return { name: "(none)", file, tokenFile: undefined, asUid: undefined, asGroups: [], asExtra: {} };
}

function missing(what: string, name: string, file: string, entries: ReadonlyMap<string, unknown>, mend: string): KubeError {
  return new KubeError("identity", `${file}: there is no ${what} ${JSON.stringify(name)}; choose another with ${mend} (${known(entries)})`);
}

function known(entries: ReadonlyMap<string, unknown>): string {
  const names = [...entries.keys()];
  if (names.length === 0) return "there are none";
  return `there ${names.length === 1 ? "is" : "are"} ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}
