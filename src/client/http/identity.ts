import type { Clock } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import { AgedFile } from "./aged-file.ts";
import { ExecPlugin } from "./exec-plugin.ts";
import { type HeaderPairs, type ImpersonationFlags, impersonationHeaders } from "./impersonation.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import type { ClusterEntry, UserEntry } from "./kubeconfig-entries.ts";
import { basicAuthorization, certificate, fileToken, fixedSecrets, type Secrets, type SecretSource, together } from "./secrets.ts";
import { proxyFor } from "./proxy.ts";
import type { Surroundings } from "./surroundings.ts";
import { bareUser, chooseTarget, type TargetFlags } from "./target.ts";

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

export interface TlsMaterial {
  /** PEM; undefined trusts what Node trusts. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
  readonly skipVerify: boolean;
}

export interface Credential {
  readonly secrets: Secrets;
  readonly tls: TlsMaterial;
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
  const config = await loadKubeconfig(flags.kubeconfig, around.env, around.home);
  const target = await chooseTarget(config, flags, around);
  const cluster = withFlags(target.cluster, flags);
  const user = userWithFlags(target.user ?? bareUser("(none)", cluster.file), flags);
  const server = serverOf(cluster, user);
  const proxyUrl =
    cluster.proxyUrl === undefined ? undefined : { value: cluster.proxyUrl, where: `cluster ${cluster.name} in ${cluster.file}` };
  const ca = authority(cluster, clock);
  const secrets = server.protocol === "https:" ? await secretsOf(user, flags, cluster, ca, around, clock) : fixedSecrets({});
  return {
    server,
    clusterName: cluster.name,
    context: target.context,
    namespace: target.namespace,
    impersonation: impersonationHeaders(flags, target.user),
    proxy: proxyFor(server, proxyUrl, around.env),
    credential: async (signal) => {
      const [shown, trusted] = await Promise.all([secrets.read(signal), ca()]);
      return {
        secrets: shown,
        tls: { ca: trusted, cert: shown.cert, key: shown.key, serverName: cluster.tlsServerName, skipVerify: cluster.skipTlsVerify },
      };
    },
    renew: (stale, signal) => secrets.renew(stale.secrets, signal),
    [Symbol.dispose]: () => secrets[Symbol.dispose](),
  };
}

function withFlags(cluster: ClusterEntry, flags: IdentityFlags): ClusterEntry {
  const skip = flags.insecureSkipTlsVerify ?? (flags.certificateAuthority === undefined && cluster.skipTlsVerify);
  return {
    ...cluster,
    server: flags.server ?? cluster.server,
    // A name that belonged to the kubeconfig's server says nothing about another one.
    tlsServerName: flags.tlsServerName ?? (flags.server === undefined ? cluster.tlsServerName : undefined),
    skipTlsVerify: skip,
    caFile: flags.certificateAuthority ?? cluster.caFile,
    caData: flags.certificateAuthority === undefined ? cluster.caData : undefined,
  };
}

function userWithFlags(user: UserEntry, flags: IdentityFlags): UserEntry {
  return {
    ...user,
    ...(flags.clientCertificate === undefined ? {} : { certFile: flags.clientCertificate, certData: undefined }),
    ...(flags.clientKey === undefined ? {} : { keyFile: flags.clientKey, keyData: undefined }),
    // One way to show who we are is enough: what was named last, on the command line, counts.
    ...(flags.username === undefined ? {} : { username: flags.username, password: flags.password, token: undefined, tokenFile: undefined }),
  };
}

function serverOf(cluster: ClusterEntry, user: UserEntry): URL {
  const given = cluster.server;
  if (given === undefined) throw new KubeError("identity", `cluster ${cluster.name} in ${cluster.file} names no server; pass --server`);
  // Without a scheme kubectl speaks TLS only where something about TLS is said.
  const tls = cluster.caFile ?? cluster.caData ?? user.certFile ?? user.certData;
  const full = given.includes("://") ? given : `${tls !== undefined || cluster.skipTlsVerify ? "https" : "http"}://${given}`;
  if (!URL.canParse(full))
    throw new KubeError("identity", `the server of cluster ${cluster.name} in ${cluster.file} is no URL; mend it, or pass --server`);
  const url = new URL(full);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new KubeError(
      "identity",
      `the server of cluster ${cluster.name} in ${cluster.file} is neither https:// nor http://; mend it, or pass --server`,
    );
  }
  return url;
}

function authority(cluster: ClusterEntry, clock: Clock): () => Promise<string | undefined> {
  if (cluster.skipTlsVerify) return async () => undefined;
  if (cluster.caData !== undefined) {
    const pem = decoded(cluster.caData);
    return async () => pem;
  }
  if (cluster.caFile === undefined) return async () => undefined;
  const file = new AgedFile(cluster.caFile, `the certificate authority of cluster ${cluster.name}`, clock);
  return () => file.read();
}

/** As in client-go: a token given outright wins over a plugin's; certificates go along with either. Over plain http nothing is shown. */
async function secretsOf(
  user: UserEntry,
  flags: IdentityFlags,
  cluster: ClusterEntry,
  ca: () => Promise<string | undefined>,
  around: Surroundings,
  clock: Clock,
): Promise<SecretSource> {
  const sources: SecretSource[] = [];
  const cert = user.certData === undefined ? aged(user.certFile, `the certificate of user ${user.name}`, clock) : decoded(user.certData);
  const key = user.keyData === undefined ? aged(user.keyFile, `the key of user ${user.name}`, clock) : decoded(user.keyData);
  if ((cert === undefined) !== (key === undefined)) {
    throw new KubeError(
      "identity",
      `user ${user.name} in ${user.file} has a client certificate without its key, or a key without its certificate; add the other`,
    );
  }
  if (cert !== undefined && key !== undefined) sources.push(certificate(cert, key));
  if (flags.token !== undefined) sources.push(fixedSecrets({ authorization: `Bearer ${flags.token}` }));
  else if (user.tokenFile !== undefined) sources.push(fileToken(user.tokenFile, `the token of user ${user.name}`, clock));
  else if (user.token !== undefined) sources.push(fixedSecrets({ authorization: `Bearer ${user.token}` }));
  else if (user.username !== undefined)
    sources.push(fixedSecrets({ authorization: basicAuthorization(user.username, user.password ?? "") }));
  else if (user.exec !== undefined) {
    const caData = async (): Promise<string | undefined> => {
      const pem = await ca();
      return pem === undefined ? undefined : Buffer.from(pem).toString("base64");
    };
    sources.push(new ExecPlugin(user.exec, { user: user.name, cluster, caData, env: around.env, terminal: around.terminal, clock }));
  } else if (user.authProvider !== undefined) {
    const { authProviderSource } = await import("./auth-provider.ts");
    sources.push(authProviderSource(user, user.authProvider));
  }
  const [only, ...more] = sources;
  return only !== undefined && more.length === 0 ? only : together(sources);
}

function aged(path: string | undefined, what: string, clock: Clock): AgedFile | undefined {
  return path === undefined ? undefined : new AgedFile(path, what, clock);
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
