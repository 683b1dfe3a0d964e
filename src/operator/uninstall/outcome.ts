import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { MissingPermission } from "../../maintenance/outcome.ts";

/** A node that Drydock holds out. */
export interface NodeOut {
  readonly name: string;
  /** Who holds it: "jane on laptop", "maintenance/rack-7". */
  readonly by: readonly string[];
}

/** What became of a node that was to go back into service. */
export interface ReturnedNode {
  readonly name: string;
  /**
   * "in-service": nothing of ours is left on it, and it is schedulable. "foreign": the same, but somebody else's cordon stays on it.
   * "unreadable": the record on it is no record of ours, so nothing was touched. "failed": the server's words.
   */
  readonly state: "in-service" | "foreign" | "unreadable" | "failed";
  /** Whose cordon, or why it failed. */
  readonly detail?: string;
}

/** What became of one object of the installation. */
export interface Removed {
  /** As kubectl prints it. */
  readonly name: string;
  readonly namespace?: string;
  /** "kept": it is not ours alone. "late": asked to go, and still there when we stopped waiting. */
  readonly state: "deleted" | "kept" | "late";
  readonly detail?: string;
}

/** How it ended. Before "uninstalled" and "stopped" nothing was changed. */
export type UninstallOutcome =
  | { readonly kind: "denied"; readonly missing: readonly MissingPermission[] }
  /** Nodes are out, and nobody said what shall become of them. */
  | { readonly kind: "undecided"; readonly out: readonly NodeOut[] }
  | { readonly kind: "declined"; readonly asked: boolean }
  | { readonly kind: "stopped"; readonly removed: readonly Removed[] }
  | {
      readonly kind: "uninstalled";
      readonly removed: readonly Removed[];
      readonly returned: readonly ReturnedNode[];
      /** Those that stay out, as they are after the operator has gone: what the lines of kubectl are made for. */
      readonly left: readonly NodeView[];
      /** Objects of our kinds that stay, without our finalizer: "maintenance/rack-7". */
      readonly objects: readonly string[];
    };
