import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import type { ExecSpec } from "./kubeconfig-entries.ts";
import type { KnownCluster } from "./target.ts";

const versions: readonly string[] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** The value of KUBERNETES_EXEC_INFO, which the official client does not set and several cloud plugins insist on. */
export function execInfo(spec: ExecSpec, cluster: KnownCluster, caData: string | undefined, interactive: boolean): string {
  const clusterInfo = {
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.skipTLSVerify || undefined,
    "certificate-authority-data": caData,
    "proxy-url": cluster.proxyUrl,
    config: cluster.execConfig,
  };
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion: spec.apiVersion,
    spec: { interactive, ...(spec.provideClusterInfo === true ? { cluster: clusterInfo } : {}) },
  });
}

export function checkExecVersion(spec: ExecSpec, user: string): void {
  if (spec.apiVersion !== undefined && versions.includes(spec.apiVersion)) return;
  throw new KubeError(
    "identity",
    `user ${user} runs the credential plugin ${spec.command} with apiVersion ${JSON.stringify(spec.apiVersion ?? "")}, which no Kubernetes since 1.24 speaks; ` +
      `set it to ${versions[0]} (or v1beta1) and update the plugin`,
  );
}

/**
 * Until when what a plugin printed is good; undefined: until the server says otherwise. The official client believes any object. Throws
 * what `refuse` makes of the reason, which never quotes the object: it is a secret.
 */
export function checkedExpiry(printed: unknown, spec: ExecSpec, refuse: (what: string) => KubeError): Instant | undefined {
  const object = recordOf(printed);
  if (object?.["kind"] !== "ExecCredential") throw refuse("printed no ExecCredential");
  if (object["apiVersion"] !== spec.apiVersion) throw refuse(`answered with another apiVersion than ${spec.apiVersion}`);
  const status = recordOf(object["status"]);
  const [cert, key] = [isText(status?.["clientCertificateData"]), isText(status?.["clientKeyData"])];
  if (cert !== key) throw refuse("gave a client certificate without its key, or a key without its certificate");
  if (!cert && !isText(status?.["token"])) throw refuse("gave neither a token nor a client certificate");
  const stamp = status?.["expirationTimestamp"];
  if (stamp === undefined || stamp === null || stamp === "") return undefined;
  const expires = typeof stamp === "string" ? parseTime(stamp) : undefined;
  if (expires === undefined) throw refuse("gave an expirationTimestamp that is no time");
  return expires;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
