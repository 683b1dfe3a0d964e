import { isNodeReady, type Node, type Taint } from "../node.ts";
import type { StringMap } from "../object.ts";
import { type Amounts, amountsOf } from "./requests.ts";

/** What a scheduler reads of a node. */
export interface SchedulingNode {
  readonly name: string;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly ready: boolean;
  readonly allocatable: Amounts;
}

const noLabels: StringMap = {};
const noTaints: readonly Taint[] = [];

export function schedulingNodeOf({ metadata, spec, status }: Node): SchedulingNode {
  return {
    name: metadata.name,
    labels: metadata.labels ?? noLabels,
    taints: spec?.taints ?? noTaints,
    unschedulable: spec?.unschedulable ?? false,
    ready: isNodeReady(status),
    allocatable: amountsOf(status?.allocatable),
  };
}
