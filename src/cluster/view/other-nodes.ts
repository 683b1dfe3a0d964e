/** Nodes that are not drained: who else is there for what these are there for? */
export interface OtherNodes {
  /** Of a role, by its selector (view/node-role.ts). */
  withRole(selector: string): RoleHolders;
  /** Is there any other node at all? "unknown" also where nobody had to ask. */
  readonly any: boolean | "unknown";
}

export type RoleHolders =
  /** At least one other node is Ready and schedulable. */
  | { readonly kind: "some" }
  /** None is; `unfit` names those that have the role all the same. */
  | { readonly kind: "none"; readonly unfit: readonly UnfitNode[] }
  /** `message`: why it could not be read; absent where it was denied. */
  | { readonly kind: "unknown"; readonly message?: string }
  /** The node had not got this role when it was looked at. */
  | { readonly kind: "unasked" };

export interface UnfitNode {
  readonly name: string;
  readonly why: "not-ready" | "unschedulable" | "leaving";
}
