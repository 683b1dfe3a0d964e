import type { Millis } from "../runtime/clock.ts";
import type { FlagValues } from "./flag-values.ts";

/** Which server, and as whom: kubectl's global flags. What is absent comes from the kubeconfig. */
export interface ConnectionFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly server?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
  readonly asUid?: string;
  readonly asGroups: readonly string[];
  /** "key=value" each. */
  readonly asUserExtra: readonly string[];
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly tlsServerName?: string;
  /** Absent where it was not given: the kubeconfig says. */
  readonly insecureSkipTlsVerify?: boolean;
  readonly requestTimeout?: Millis;
}

export function readConnectionFlags(values: FlagValues): ConnectionFlags {
  const requestTimeout = values.millis("request-timeout") ?? 0;
  const texts = {
    kubeconfig: values.text("kubeconfig"),
    context: values.text("context"),
    cluster: values.text("cluster"),
    user: values.text("user"),
    server: values.text("server"),
    token: values.text("token"),
    username: values.text("username"),
    password: values.text("password"),
    as: values.text("as"),
    asUid: values.text("as-uid"),
    certificateAuthority: values.text("certificate-authority"),
    clientCertificate: values.text("client-certificate"),
    clientKey: values.text("client-key"),
    tlsServerName: values.text("tls-server-name"),
  };
  return {
    ...withoutUndefined(texts),
    asGroups: values.texts("as-group"),
    asUserExtra: values.texts("as-user-extra"),
    ...(values.has("insecure-skip-tls-verify") ? { insecureSkipTlsVerify: values.on("insecure-skip-tls-verify") } : {}),
    ...(requestTimeout === 0 ? {} : { requestTimeout }),
  };
}

function withoutUndefined<T extends Readonly<Record<string, string | undefined>>>(texts: T): { readonly [K in keyof T]?: string } {
  const kept: { -readonly [K in keyof T]?: string } = {};
  for (const key of Object.keys(texts) as (keyof T)[]) {
    const value = texts[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}
