import type { Identified, ObjectRef } from "../kube/object.ts";
import type { Millis } from "../runtime/clock.ts";
import type { Consent } from "./consent.ts";

/** The order in which a node's way out and back goes. A later stage starts when the earlier one is done. */
export type Stage = "guard" | "prepare" | "cordon" | "evacuate" | "detach" | "verify" | "recheck" | "restore" | "admit";

export const stages: readonly Stage[] = ["guard", "prepare", "cordon", "evacuate", "detach", "verify", "recheck", "restore", "admit"];

/** What becomes of the subject: a decision about a pod, or a change of or a proof about the node itself. */
export type Action = "evict" | "delete" | "migrate" | "wait" | "stay" | "ask" | "change" | "prove";

export type StepId = `${string}/${Stage}/${string}`;

/** Values that a template needs; never words. */
export type Args = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Something read from the API that a reason rests on. */
export interface Evidence {
  readonly object: ObjectRef;
  /** Path of the field, as in `kubectl explain`: "spec.volumes[0].emptyDir". */
  readonly field: string;
  readonly value: string;
}

/** Why; no text in it. The code's owner has the words (`phrases`). */
export interface Reason<C extends string = string> {
  readonly code: C;
  readonly args: Args;
  readonly evidence: readonly Evidence[];
}

/** An honest range in milliseconds; `likely` is what is printed where there is room for one figure. */
export interface Range {
  readonly low: Millis;
  readonly likely: Millis;
  readonly high: Millis;
}

export interface Step<C extends string = string> {
  /** craft/stage/subject uid: the same in every replan. */
  readonly id: StepId;
  readonly craft: string;
  readonly node: string;
  readonly stage: Stage;
  readonly subject: ObjectRef & Identified;
  readonly action: Action;
  /** Composition leaves one step per pod: an owner replaces a default, a veto replaces both. */
  readonly claim: "default" | "owner" | "veto";
  readonly wave: number;
  readonly rank: number;
  /** Steps of earlier stages that must be done first. */
  readonly after: readonly StepId[];
  readonly budgets: readonly (ObjectRef & Identified)[];
  /** What a person must have agreed to before this step acts. Consents are no part of the plan's identity. */
  readonly consents: readonly Consent[];
  readonly reason: Reason<C>;
  /** The cluster deletes the pod itself, so many seconds after the node got the taint asked for: then that is no change of plan. */
  readonly byTaint?: number;
  readonly predicted?: Range;
}
