import type { KubeObject } from "../object.ts";

/** storage.k8s.io/v1: which CSI drivers run on the node of the same name, as its kubelet has registered them. */
export interface CsiNode extends KubeObject {
  readonly spec: {
    readonly drivers?: readonly {
      readonly name: string;
      /** How many volumes of it can be attached there; absent: no limit. */
      readonly allocatable?: { readonly count?: number };
    }[];
  };
}
