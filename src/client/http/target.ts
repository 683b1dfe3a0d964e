import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { KubeError } from "../errors.ts";
import { isEmpty, type Kubeconfig } from "./kubeconfig.ts";
import type { ClusterEntry, UserEntry } from "./kubeconfig-entries.ts";
import type { Surroundings } from "./surroundings.ts";

export interface TargetFlags {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly server?: string;
}

/** Which cluster, as whom: the entries that flags, kubeconfig and pod agree on. */
export interface Target {
  readonly cluster: ClusterEntry;
  readonly user: UserEntry | undefined;
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
      return { cluster: bareCluster("--server", "--server"), user: undefined, context: undefined, namespace: undefined };
  }
  const looked = config.looked.length === 0 ? "no home directory is set" : `looked at ${config.looked.join(", ")}`;
  const empty = config.files.length === 0 ? "no kubeconfig was found" : "the kubeconfig has no clusters";
  throw new KubeError("identity", `${empty} (${looked}), and this is not a pod; pass --kubeconfig, set KUBECONFIG, or pass --server`);
}

function fromKubeconfig(config: Kubeconfig, flags: TargetFlags): Target {
  const files = config.files.join(", ");
  const contextName = flags.context ?? config.currentContext;
  const context = contextName === undefined ? undefined : config.contexts.get(contextName);
  if (contextName !== undefined && context === undefined) {
    throw missing("context", contextName, files, config.contexts, flags.context === undefined ? "kubectl config use-context" : "--context");
  }
  const clusterName = flags.cluster ?? context?.cluster;
  if (clusterName === undefined && flags.server === undefined) {
    throw new KubeError(
      "identity",
      context === undefined
        ? `${files} sets no current context; pass --context (${known(config.contexts)}), or choose one with kubectl config use-context`
        : `context ${contextName} in ${context.file} names no cluster; pass --cluster (${known(config.clusters)})`,
    );
  }
  const userName = flags.user ?? context?.user;
  const cluster = clusterName === undefined ? bareCluster("--server", files) : config.clusters.get(clusterName);
  const user = userName === undefined ? undefined : config.users.get(userName);
  if (cluster === undefined) throw missing("cluster", clusterName ?? "", context?.file ?? files, config.clusters, "--cluster");
  if (userName !== undefined && user === undefined) throw missing("user", userName, context?.file ?? files, config.users, "--user");
  return { cluster, user, context: contextName, namespace: context?.namespace };
}

async function fromPod({ env, serviceAccount }: Surroundings): Promise<Target | undefined> {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  if (!host || !port) return undefined;
  const token = join(serviceAccount, "token");
  try {
    await readFile(token);
  } catch {
    return undefined;
  }
  const namespace = await readFile(join(serviceAccount, "namespace"), "utf8").catch(() => undefined);
  return {
    cluster: {
      ...bareCluster("the pod's cluster", serviceAccount),
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      caFile: join(serviceAccount, "ca.crt"),
    },
    user: { ...bareUser("the pod's service account", serviceAccount), tokenFile: token },
    context: undefined,
    namespace: namespace?.trim(),
  };
}

function bareCluster(name: string, file: string): ClusterEntry {
  return {
    name,
    file,
    server: undefined,
    caFile: undefined,
    caData: undefined,
    skipTlsVerify: false,
    tlsServerName: undefined,
    proxyUrl: undefined,
    execConfig: undefined,
  };
}

export function bareUser(name: string, file: string): UserEntry {
  return {
    name,
    file,
    token: undefined,
    tokenFile: undefined,
    certFile: undefined,
    certData: undefined,
    keyFile: undefined,
    keyData: undefined,
    username: undefined,
    password: undefined,
    exec: undefined,
    authProvider: undefined,
    as: undefined,
    asUid: undefined,
    asGroups: [],
    asExtra: {},
  };
}

function missing(what: string, name: string, file: string, entries: ReadonlyMap<string, unknown>, mend: string): KubeError {
  return new KubeError("identity", `${file}: there is no ${what} ${JSON.stringify(name)}; choose another with ${mend} (${known(entries)})`);
}

function known(entries: ReadonlyMap<string, unknown>): string {
  const names = [...entries.keys()];
  if (names.length === 0) return "there are none";
  return `there ${names.length === 1 ? "is" : "are"} ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}
