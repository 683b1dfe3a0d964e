import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Cluster, User } from "@kubernetes/client-node/dist/config_types.js";
import type { Clock } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import { AgedFile } from "./aged-file.ts";
import type { Credential, Secrets } from "./credential.ts";
import { ExecPlugin } from "./exec-plugin.ts";
import type { Oidc } from "./oidc.ts";
import type { KnownCluster, KnownUser } from "./target.ts";

/**
 * What the official client shows to the server, request by request. It is handed the content of files, never their names: it would read
 * certificates anew for each request and block everything meanwhile, prefer a file to data where client-go does the opposite, and send the
 * newline at the end of a token's file, which no header may hold. Exec plugins have a class of their own.
 */
export class CredentialSource implements Disposable {
  readonly #official = new KubeConfig();
  readonly #cluster: KnownCluster;
  readonly #user: KnownUser;
  readonly #files: Readonly<Record<"ca" | "cert" | "key" | "token", AgedFile | undefined>>;
  readonly #plugin: ExecPlugin | undefined;
  #oidc: Oidc | undefined;
  #asking: Promise<Credential> | undefined;

  /** `terminal`: whether a person can answer an exec plugin's question. */
  constructor(cluster: KnownCluster, user: KnownUser, terminal: boolean, clock: Clock) {
    this.#cluster = cluster;
    this.#user = user;
    const aged = (path: string | undefined, data: string | undefined, what: string): AgedFile | undefined =>
      path === undefined || data !== undefined ? undefined : new AgedFile(path, what, clock);
    this.#files = {
      ca: cluster.skipTLSVerify ? undefined : aged(cluster.caFile, cluster.caData, `the certificate authority of cluster ${cluster.name}`),
      cert: aged(user.certFile, user.certData, `the certificate of user ${user.name}`),
      key: aged(user.keyFile, user.keyData, `the key of user ${user.name}`),
      token: aged(user.tokenFile, undefined, `the token of user ${user.name}`),
    };
    if (((user.certFile ?? user.certData) === undefined) !== ((user.keyFile ?? user.keyData) === undefined)) {
      throw new KubeError(
        "identity",
        `user ${user.name} in ${user.file} has a client certificate without its key, or a key without its certificate; add the other`,
      );
    }
    if (user.exec !== undefined)
      this.#plugin = new ExecPlugin({ ...user, exec: user.exec }, cluster, () => this.#authority(), terminal, clock);
  }

  /** What counts now. Cheap to call for each request. Throws `KubeError` "identity". */
  async read(signal: AbortSignal): Promise<Credential> {
    const [shown, plugged] = await Promise.all([this.#ask(), this.#plugin?.read(signal)]);
    if (plugged === undefined) return shown;
    const secrets = { ...shown.secrets, ...plugged };
    return { secrets, tls: { ...shown.tls, cert: secrets.cert, key: secrets.key } };
  }

  /** After a 401 to `stale`: whether there is something else to show. */
  async renew(stale: Credential, signal: AbortSignal): Promise<boolean> {
    for (const file of Object.values(this.#files)) file?.expire();
    const plugged = await this.#plugin?.renew(stale.secrets, signal);
    return plugged === true || !sameSecrets((await this.read(signal)).secrets, stale.secrets);
  }

  [Symbol.dispose](): void {
    this.#plugin?.[Symbol.dispose]();
  }

  /** Two requests must not both refresh an OIDC token: the identity provider may take a refresh token only once. */
  #ask(): Promise<Credential> {
    if (this.#user.authProvider === undefined) return this.#askOfficial();
    this.#asking ??= this.#askOfficial().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askOfficial(): Promise<Credential> {
    const { name, file, token, username, password, authProvider } = this.#user;
    const { cert, key } = this.#files;
    const [caData, certData, keyData, fresh] = await Promise.all([
      this.#authority(),
      cert === undefined ? this.#user.certData : base64(cert),
      key === undefined ? this.#user.keyData : base64(key),
      this.#files.token?.read(),
    ]);
    const { server, skipTLSVerify, tlsServerName } = this.#cluster;
    if (caData !== undefined) checkAuthority(caData, this.#cluster);
    const isOidc = authProvider?.name === "oidc";
    this.#official.loadFromClusterAndUser(
      { name: this.#cluster.name, server, skipTLSVerify, tlsServerName, caData } as Cluster,
      {
        name,
        certData,
        keyData,
        token: fresh?.trim() ?? token,
        username,
        password,
        authProvider: isOidc ? undefined : authProvider,
      } as User,
    );
    const options: RequestOptions = { headers: {} };
    const provider = authProvider?.name ?? "without a name";
    try {
      await this.#official.applyToHTTPSOptions(options);
      if (isOidc) {
        this.#oidc ??= new (await import("./oidc.ts")).Oidc();
        await this.#oidc.apply(this.#user, options);
      }
    } catch (cause) {
      throw new KubeError(
        "identity",
        `the auth-provider ${provider} of user ${name} in ${file} failed: ${cause instanceof Error ? cause.message : "unknown"}; ${loginOf(provider)}`,
      );
    }
    const secrets = { authorization: authorizationIn(options), cert: pem(options.cert), key: pem(options.key) };
    if (authProvider !== undefined && secrets.authorization === undefined) {
      throw new KubeError(
        "identity",
        `the auth-provider ${provider} of user ${name} in ${file} gives no token: it has expired and cannot be refreshed; ${loginOf(provider)}`,
      );
    }
    const { cert: shownCert, key: shownKey } = secrets;
    const skipVerify = options.rejectUnauthorized === false;
    return { secrets, tls: { ca: pem(options.ca), cert: shownCert, key: shownKey, serverName: options.servername, skipVerify } };
  }

  async #authority(): Promise<string | undefined> {
    if (this.#cluster.skipTLSVerify) return undefined;
    return this.#files.ca === undefined ? this.#cluster.caData : base64(this.#files.ca);
  }
}

/** Without this a certificate that is none is passed over in silence, and the server's is said to be signed by nobody. */
function checkAuthority(caData: string, { name, file, caFile }: KnownCluster): void {
  if (Buffer.from(caData, "base64").includes("-----BEGIN CERTIFICATE-----")) return;
  const where = caFile === undefined ? `certificate-authority-data of cluster ${name} in ${file}` : `the file ${caFile} of cluster ${name}`;
  const mend = caFile === undefined ? "put the base64 of the authority's PEM file there" : "put the authority's certificate there, as PEM";
  throw new KubeError("identity", `${where} holds no certificate (no PEM block); ${mend}, or pass --certificate-authority`);
}

/** kubectl has dropped the providers of clouds in 1.26 (kubernetes#112341); their plugins took over. */
function loginOf(provider: string): string {
  if (provider === "gcp")
    return "kubectl has dropped this provider in 1.26: install gke-gcloud-auth-plugin, then run gcloud container clusters get-credentials";
  if (provider === "azure") return "kubectl has dropped this provider in 1.26: install kubelogin, then run kubelogin convert-kubeconfig";
  return "log in anew";
}

function authorizationIn({ headers, auth }: RequestOptions): string | undefined {
  const shown = new Map(Object.entries(headers ?? {})).get("Authorization");
  if (typeof shown === "string") return shown;
  // Where Node would make the header, from "user:password".
  return typeof auth === "string" ? `Basic ${Buffer.from(auth).toString("base64")}` : undefined;
}

async function base64(file: AgedFile): Promise<string> {
  return Buffer.from(await file.read()).toString("base64");
}

function pem(part: RequestOptions["ca"] | RequestOptions["key"]): string | undefined {
  return Buffer.isBuffer(part) ? part.toString("utf8") : undefined;
}

function sameSecrets(a: Secrets, b: Secrets): boolean {
  return a.authorization === b.authorization && a.cert === b.cert;
}
