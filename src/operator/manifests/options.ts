import { imageOf, names } from "./names.ts";

/** What can differ from one installation to the next. */
export interface ManifestOptions {
  /** Of Drydock: the label `app.kubernetes.io/version` on every object. */
  readonly version: string;
  readonly image: string;
  readonly namespace: string;
  /** 0 is allowed: installed, and not running. A budget for the pods exists from 2 on. */
  readonly replicas: number;
  /** Nothing is checked when an object is created; for clusters whose API server cannot reach pods. */
  readonly withoutWebhooks: boolean;
  /** Leave the kind NodeMaintenance of medik8s to somebody else, or to nobody. */
  readonly withoutMedik8s: boolean;
}

export function defaultOptions(version: string): ManifestOptions {
  return {
    version,
    image: imageOf(version),
    namespace: names.namespace,
    replicas: 2,
    withoutWebhooks: false,
    withoutMedik8s: false,
  };
}
