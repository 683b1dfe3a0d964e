import type { Identified, Json, ObjectRef } from "../kube/object.ts";
import type { Taint } from "../kube/node.ts";
import type { Patch } from "../kube/patch.ts";
import type { Millis } from "../runtime/clock.ts";

/** What a craft asks of the executor. Only the executor turns one into a request. */
export type Command =
  /** The executor makes ONE patch of the node with its record (design.md §5). */
  | { readonly kind: "hold"; readonly node: string; readonly unschedulable: boolean; readonly taints: readonly Taint[] }
  | { readonly kind: "release"; readonly node: string }
  | {
      readonly kind: "evict";
      readonly pod: Identified;
      readonly node: string;
      readonly budgets: readonly Identified[];
      readonly grace?: Millis;
    }
  | { readonly kind: "delete"; readonly pod: Identified; readonly node: string; readonly grace?: Millis }
  | { readonly kind: "change"; readonly target: ObjectRef; readonly patch: Patch; readonly inverse: Inverse };

/** How a change elsewhere is undone, and only while its value is still ours. */
export interface Inverse {
  readonly target: ObjectRef;
  readonly patch: Patch;
  readonly onlyIf: readonly { readonly path: string; readonly equals: Json }[];
}
