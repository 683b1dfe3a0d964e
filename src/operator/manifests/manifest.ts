import type { Json, StringMap } from "../../kube/object.ts";

/** An object as it is applied: without what the API server fills in. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: StringMap;
    readonly annotations?: StringMap;
  };
} & { readonly [field: string]: Json };

/** What the operator's pods are chosen by. Never changed: a Deployment's selector cannot be. */
export const podLabels = { "app.kubernetes.io/name": "drydock", "app.kubernetes.io/component": "operator" } as const;

export function labelsOf(version: string): StringMap {
  return { ...podLabels, "app.kubernetes.io/part-of": "drydock", "app.kubernetes.io/version": version };
}
