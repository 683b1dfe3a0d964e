import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { StoredCertificates } from "./certificate-state.ts";

export interface Secret extends KubeObject {
  readonly type?: string;
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
}

export const secrets: Resource<Secret> = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };

/** As cert-manager and kubernetes.io/tls name them; the authority's key is ours. */
const keys = { authorities: "ca.crt", authorityKey: "ca.key", certificate: "tls.crt", key: "tls.key" } as const;

export function readSecret({ data = {} }: Secret): StoredCertificates {
  const text = (key: string): string | undefined => {
    const value = data[key];
    return value === undefined || value === "" ? undefined : Buffer.from(value, "base64").toString("utf8");
  };
  const authorities = text(keys.authorities);
  const authorityKey = text(keys.authorityKey);
  const certificate = text(keys.certificate);
  const key = text(keys.key);
  return {
    ...(authorities === undefined ? {} : { authorities }),
    ...(authorityKey === undefined ? {} : { authorityKey }),
    ...(certificate === undefined || key === undefined ? {} : { serving: { certificate, key } }),
  };
}

/** The `data` that holds them. What is absent is left as it stands. */
export function secretData({ authorities, authorityKey, serving }: StoredCertificates): Readonly<Record<string, string>> {
  const texts = {
    [keys.authorities]: authorities,
    [keys.authorityKey]: authorityKey,
    [keys.certificate]: serving?.certificate,
    [keys.key]: serving?.key,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      text === undefined ? [] : [[key, Buffer.from(text, "utf8").toString("base64")] as const],
    ),
  );
}
