import type { KubeObject } from "./object.ts";

export interface Service extends KubeObject {
  readonly spec?: { readonly type?: string; readonly externalIPs?: readonly string[] };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}
