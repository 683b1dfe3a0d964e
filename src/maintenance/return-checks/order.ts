import { effectiveSpec } from "../../api/defaults.ts";
import type { Maintenance } from "../../api/maintenance.ts";
import type { KubeObject, StringMap } from "../../kube/object.ts";
import type { ReturnWishes } from "./judge.ts";

export interface CheckExpression {
  readonly name: string;
  /** CEL over `node` and `before`. */
  readonly expression: string;
  readonly message?: string | undefined;
}

/** What is asked of a node before it is put back, and what it is compared with. */
export interface ReturnOrder {
  readonly wishes: ReturnWishes;
  readonly expressions: readonly CheckExpression[];
  /** As the object's status remembers the machine; absent: as the record on the node does. */
  readonly before?: { readonly bootID?: string; readonly allocatable?: StringMap };
}

/** Of a Maintenance, with every default filled in; nothing is asked of other kinds. */
export function returnOrderOf(object: KubeObject): ReturnOrder {
  const { spec, status } = object as Maintenance;
  const { ready, rebooted, daemonSets, allocatable: noLess, expressions } = effectiveSpec(spec ?? { nodeName: "" }).checks;
  const { bootID, allocatable } = status?.node ?? {};
  return {
    wishes: { ready, rebooted, daemonSets, allocatable: noLess },
    expressions,
    ...(status?.node === undefined
      ? {}
      : { before: { ...(bootID === undefined ? {} : { bootID }), ...(allocatable === undefined ? {} : { allocatable }) } }),
  };
}
