import type { Cause } from "./cause.ts";
import type { ObjectRef } from "../kube/object.ts";
import type { TaintChange } from "../kube/taint-spec.ts";
import type { Blocker, Finding, Proof } from "../plan/finding.ts";
import type { Plan } from "../plan/plan.ts";
import type { PodRef } from "../plan/refs.ts";
import type { Action, Args, Range, StepId } from "../plan/step.ts";
import type { Instant, Millis } from "../runtime/clock.ts";

/** What happened, as data; words are made in `present/`. The order of events is the order in which they were known. */
export type ExecutionEvent = { readonly at: Instant } & (
  | { readonly kind: "planned"; readonly plan: Plan }
  | { readonly kind: "finding"; readonly finding: Finding }
  /** What remains, as far as it can be told now: until nothing of the plan is left on each node, and until the last has its verdict. */
  | {
      readonly kind: "forecast";
      readonly nodes: readonly { readonly node: string; readonly remaining: Range }[];
      readonly remaining: Range;
    }
  /** Nothing was heard of the API server for `silentFor` ms: nothing new is known, and nothing is started meanwhile. */
  | { readonly kind: "server-lost"; readonly silentFor: Millis; readonly message?: string }
  | { readonly kind: "server-back"; readonly silentFor: Millis }
  /** `already`: it was unschedulable before; `foreign`: and not by us, so nothing automatic will lift it. */
  | { readonly kind: "cordoned"; readonly node: string; readonly already: boolean; readonly foreign: boolean; readonly dryRun: boolean }
  /** Somebody had lifted our cordon under way, and it was set again: the two of them should talk. */
  | { readonly kind: "recordoned"; readonly node: string }
  /**
   * The taints of a node were changed. `already`: they were as asked before; `foreign`: and not by us; `again`: somebody had removed our taint
   * under way, and it was set once more.
   */
  | {
      readonly kind: "tainted";
      readonly node: string;
      /** "runai=drain:NoExecute"; of a removal as it was asked for. */
      readonly taints: readonly string[];
      readonly change: TaintChange;
      readonly already: boolean;
      readonly foreign: boolean;
      readonly again: boolean;
      readonly dryRun: boolean;
    }
  | {
      readonly kind: "uncordoned";
      readonly node: string;
      readonly already: boolean;
      readonly overrides: readonly Override[];
      /** Taints of ours that are still on it: what does not tolerate them cannot run there. */
      readonly taints: readonly string[];
      readonly dryRun: boolean;
    }
  | { readonly kind: "started"; readonly node: string; readonly pod: PodRef; readonly action: Action; readonly dryRun: boolean }
  /** The server took the request: the pod is marked and will go. */
  | { readonly kind: "accepted"; readonly node: string; readonly pod: PodRef; readonly action: Action }
  /** The request was refused or failed and is tried again when what it waits for has changed. */
  | {
      readonly kind: "refused";
      readonly node: string;
      readonly pod: PodRef;
      readonly code: string;
      readonly args: Args;
      readonly dryRun: boolean;
    }
  /** A node's deadline is known: which pods are deleted when, should they still be there. `resumed`: an earlier run of this command set it. */
  | {
      readonly kind: "deadline";
      readonly node: string;
      readonly deadlineAt: Instant;
      readonly resumed: boolean;
      readonly pods: readonly { readonly pod: PodRef; readonly dueAt: Instant }[];
    }
  /** A pod was deleted ahead of the deadline, past budgets and waves, with so much grace; the server has marked it. */
  | { readonly kind: "forced"; readonly node: string; readonly pod: PodRef; readonly grace: Millis; readonly deadlineAt: Instant }
  | { readonly kind: "gone"; readonly node: string; readonly pod: PodRef; readonly action: Action; readonly proof: Proof }
  | { readonly kind: "blocked"; readonly blocker: Blocker }
  | { readonly kind: "unblocked"; readonly blocker: Blocker }
  /** The plan changed under way: which step, from what to what, and the object (with its version) that caused it. */
  | {
      readonly kind: "replanned";
      readonly node: string;
      readonly step: StepId;
      readonly subject: ObjectRef;
      readonly from: string | undefined;
      readonly to: string | undefined;
      readonly cause: Cause;
      /** Of the new decision's reason. */
      readonly args?: Args;
    }
  | {
      readonly kind: "drained";
      readonly node: string;
      readonly proofs: readonly Proof[];
      readonly proven: boolean;
      readonly dryRun: boolean;
    }
  | {
      readonly kind: "node-failed";
      readonly node: string;
      readonly code: string;
      readonly args: Args;
      readonly blockers: readonly Blocker[];
    }
);

/** Whose cordon an uncordon lifts. */
export interface Override {
  readonly who: string;
  readonly since?: string;
  readonly record: "held" | "managedFields";
}
