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

/** On everything that goes with the operator: a namespace without it was there before, and is not ours to change or delete. */
export const ownershipLabel = "app.kubernetes.io/part-of";

export function labelsOf(version: string): StringMap {
  return { ...podLabels, [ownershipLabel]: "drydock", "app.kubernetes.io/version": version };
}
