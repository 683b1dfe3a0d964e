import type { Maintenance, Phase } from "../../api/maintenance.ts";
import type { Outcome } from "../outcome.ts";

/** How the wish for one node ended, as far as this command followed it. */
export type ObjectEndKind =
  /** What was asked for has come true. */
  | "reached"
  /** All that is left waits for a person. */
  | "blocked"
  /** The checks have passed, and a person is to release the node. */
  | "held"
  | "failed"
  | "timed-out"
  /** Somebody wants something else of it by now: another way, cancelled, deleted. */
  | "overruled"
  /** Written and not followed, as asked. */
  | "not-followed"
  /** The command was stopped; the operator goes on. */
  | "left"
  /** The command was stopped before it was this one's turn: nothing was written. */
  | "untouched"
  /** The server did not take what was to be written. */
  | "refused";

export interface ObjectEnd {
  readonly node: string;
  /** Of the Maintenance; absent where none was made. */
  readonly name?: string;
  readonly end: ObjectEndKind;
  /** As it was seen last; absent where it was never seen, or is deleted. */
  readonly object?: Maintenance;
  /** The server's own words, where it refused. */
  readonly message?: string;
}

/** A Maintenance that stands in the way, or is missing. */
export interface NodeInMaintenance {
  readonly node: string;
  readonly name: string;
  readonly phase: Phase | undefined;
}

/** How a command ended that speaks through objects. Nothing was written for every kind before "followed". */
export type ObjectsOutcome =
  | Exclude<Outcome, { readonly kind: "finished" | "refused" }>
  /** These nodes have a Maintenance that is not over. */
  | { readonly kind: "in-maintenance"; readonly nodes: readonly NodeInMaintenance[] }
  /** These have no Maintenance that is not over. `all`: none of those that were asked for has one. */
  | { readonly kind: "not-in-maintenance"; readonly targets: readonly string[]; readonly all: boolean }
  /** Of approve: these wait for no consent. */
  | { readonly kind: "nothing-to-approve"; readonly targets: readonly string[] }
  /** The server would not take them: RBAC, or an admission webhook. */
  | { readonly kind: "not-accepted"; readonly targets: readonly NotAccepted[] }
  | { readonly kind: "followed"; readonly ends: readonly ObjectEnd[] };

export interface NotAccepted {
  readonly target: string;
  readonly message: string;
  /** Which admission webhook refuses; absent where the right is missing, or the object is faulty. */
  readonly webhook?: string;
  readonly denied: boolean;
}

/** What is seen while a command follows. */
export type ObjectEvent =
  /** It was written; `warnings`: what the server, or a webhook of it, says beside that. */
  | { readonly kind: "created" | "changed"; readonly object: Maintenance; readonly warnings: readonly string[] }
  /** Its status says something new; `before`: what was seen before in this command. `final`: following ends with it. */
  | { readonly kind: "seen"; readonly object: Maintenance; readonly before: Maintenance | undefined; readonly final: boolean };
