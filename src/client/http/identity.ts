import type { Clock } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import type { Credential } from "./credential.ts";
import { CredentialSource } from "./credential-source.ts";
import { type HeaderPairs, type ImpersonationFlags, impersonationHeaders } from "./impersonation.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { unnamed } from "./kubeconfig-entries.ts";
import { proxyFor } from "./proxy.ts";
import type { Surroundings } from "./surroundings.ts";
import { chooseTarget, type KnownCluster, type KnownUser, type TargetFlags } from "./target.ts";

/** kubectl's flags about who we are and where the server is. */
export interface IdentityFlags extends TargetFlags, ImpersonationFlags {
  readonly kubeconfig?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly tlsServerName?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly certificateAuthority?: string;
}

/** Who we are to one server, and how we know it. */
export interface Identity extends Disposable {
  readonly server: URL;
  /** For messages: which entry of which file named the server. */
  readonly clusterName: string;
  readonly context: string | undefined;
  /** The default for `-n`. */
  readonly namespace: string | undefined;
  readonly impersonation: HeaderPairs;
  /** The HTTP proxy on the way. */
  readonly proxy: URL | undefined;
  /** Cheap; asked before each request. Throws `KubeError` "identity". */
  credential(signal: AbortSignal): Promise<Credential>;
  /** After a 401 to `stale`: true if there is something else to show. */
  renew(stale: Credential, signal: AbortSignal): Promise<boolean>;
}

/** Finds out who we are from flags, kubeconfig files or the pod. Throws `KubeError` "identity" that names the file and the next step. */
export async function identify(flags: IdentityFlags, around: Surroundings, clock: Clock): Promise<Identity> {
  const target = await chooseTarget(await loadKubeconfig(flags.kubeconfig, around.env, around.home), flags, around);
  const cluster = withFlags(target.cluster, flags);
  const user = userWithFlags(target.user, flags);
  const where = `cluster ${cluster.name} in ${cluster.file}`;
  const server = serverOf(cluster, user, where);
  const source = server.protocol === "https:" ? new CredentialSource(cluster, user, around.terminal, clock) : undefined;
  return {
    server,
    clusterName: cluster.name,
    context: target.context,
    namespace: target.namespace,
    impersonation: impersonationHeaders(flags, target.user),
    proxy: proxyFor(server, cluster.proxyUrl === undefined ? undefined : { value: cluster.proxyUrl, where }, around.env),
    // Over plain HTTP nothing is shown, as in kubectl.
    credential: async (signal) => (source === undefined ? nothing : source.read(signal)),
    renew: async (stale, signal) => source !== undefined && source.renew(stale, signal),
    [Symbol.dispose]: () => source?.[Symbol.dispose](),
  };
}

const nothing: Credential = {
  secrets: { authorization: undefined, cert: undefined, key: undefined },
  tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, skipVerify: false },
};

function withFlags(cluster: KnownCluster, flags: IdentityFlags): KnownCluster {
  return {
    ...cluster,
    server: flags.server ?? cluster.server,
    // A name that belonged to the kubeconfig's server says nothing about another one.
    tlsServerName: flags.tlsServerName ?? (flags.server === undefined ? cluster.tlsServerName : undefined),
    skipTLSVerify: flags.insecureSkipTlsVerify ?? (flags.certificateAuthority === undefined && cluster.skipTLSVerify),
    ...(flags.certificateAuthority === undefined ? {} : { caFile: flags.certificateAuthority, caData: undefined }),
  } as KnownCluster;
}

/** One way to show who we are is enough, as in client-go, which knows no order between some of them: what stands first here counts. */
function userWithFlags(user: KnownUser, flags: IdentityFlags): KnownUser {
  const { certFile, certData, keyFile, keyData, impersonateUser, asUid, asGroups, asExtra, name, file } = user;
  return {
    ...{ name, file, impersonateUser, asUid, asGroups, asExtra },
    ...(flags.clientCertificate === undefined ? { certFile, certData } : { certFile: flags.clientCertificate }),
    ...(flags.clientKey === undefined ? { keyFile, keyData } : { keyFile: flags.clientKey }),
    ...way(user, flags),
  } as KnownUser;
}

function way(user: KnownUser, flags: IdentityFlags): Partial<KnownUser> {
  if (flags.token !== undefined) return { token: flags.token };
  if (flags.username !== undefined) return { username: flags.username, password: flags.password ?? "" };
  if (user.tokenFile !== undefined) return { tokenFile: user.tokenFile };
  if (user.token !== undefined) return { token: user.token };
  if (user.username !== undefined) return { username: user.username, password: user.password ?? "" };
  if (user.exec !== undefined) return { exec: user.exec };
  return user.authProvider === undefined ? {} : { authProvider: user.authProvider };
}

function serverOf(cluster: KnownCluster, user: KnownUser, where: string): URL {
  if (cluster.server === unnamed) throw new KubeError("identity", `${where} names no server; pass --server`);
  // Without a scheme kubectl speaks TLS only where something about TLS is said.
  const tls = cluster.skipTLSVerify || [cluster.caFile, cluster.caData, user.certFile, user.certData].some((part) => part !== undefined);
  const full = cluster.server.includes("://") ? cluster.server : `${tls ? "https" : "http"}://${cluster.server}`;
  if (!URL.canParse(full)) throw new KubeError("identity", `the server of ${where} is no URL; mend it, or pass --server`);
  const url = new URL(full);
  if (url.protocol === "https:" || url.protocol === "http:") return url;
  throw new KubeError("identity", `the server of ${where} is neither https:// nor http://; mend it, or pass --server`);
}
