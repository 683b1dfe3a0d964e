import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import type { ClusterEntry, ExecSpec } from "./kubeconfig-entries.ts";
import type { Secrets } from "./secrets.ts";

const versions: readonly string[] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

export interface ExecCredential {
  readonly secrets: Secrets;
  /** Undefined: good until the server says otherwise. */
  readonly expires: Instant | undefined;
}

/** The value of KUBERNETES_EXEC_INFO, which client-node does not set and several cloud plugins insist on. */
export function execInfo(spec: ExecSpec, cluster: ClusterEntry, caData: string | undefined, interactive: boolean): string {
  const clusterInfo = {
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.skipTlsVerify || undefined,
    "certificate-authority-data": caData,
    "proxy-url": cluster.proxyUrl,
    config: cluster.execConfig,
  };
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion: spec.apiVersion,
    spec: { interactive, ...(spec.provideClusterInfo ? { cluster: clusterInfo } : {}) },
  });
}

export function checkExecVersion(spec: ExecSpec, user: string): void {
  if (versions.includes(spec.apiVersion)) return;
  throw new KubeError(
    "identity",
    `user ${user} runs the credential plugin ${spec.command} with apiVersion ${JSON.stringify(spec.apiVersion)}, which no Kubernetes since 1.24 speaks; ` +
      `set it to ${versions[0]} (or v1beta1) and update the plugin`,
  );
}

/** Reads what a plugin printed. Errors never quote it: it is a secret. */
export function parseExecCredential(output: string, spec: ExecSpec, user: string): ExecCredential {
  const refuse = (what: string, cause?: unknown): KubeError =>
    new KubeError("identity", `the credential plugin ${spec.command} of user ${user} ${what}; run it by hand to see what it prints`, {
      cause,
    });
  let printed: unknown;
  try {
    printed = JSON.parse(output);
  } catch {
    // The parser's message quotes the text: not kept as the cause.
    throw refuse("printed no JSON");
  }
  const object = recordOf(printed);
  if (object?.["kind"] !== "ExecCredential") throw refuse("printed no ExecCredential");
  if (object["apiVersion"] !== spec.apiVersion) throw refuse(`answered with another apiVersion than ${spec.apiVersion}`);
  const status = recordOf(object["status"]);
  const token = textOf(status?.["token"]);
  const cert = textOf(status?.["clientCertificateData"]);
  const key = textOf(status?.["clientKeyData"]);
  if ((cert === undefined) !== (key === undefined))
    throw refuse("gave a client certificate without its key, or a key without its certificate");
  if (token === undefined && cert === undefined) throw refuse("gave neither a token nor a client certificate");
  const stamp = textOf(status?.["expirationTimestamp"]);
  const expires = parseTime(stamp);
  if (stamp !== undefined && expires === undefined) throw refuse("gave an expirationTimestamp that is no time");
  return {
    secrets: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    },
    expires,
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
