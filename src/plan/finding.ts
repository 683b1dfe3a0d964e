import type { ObjectRef } from "../kube/object.ts";
import type { Instant } from "../runtime/clock.ts";
import type { Consent } from "./consent.ts";
import type { Args, Evidence, Step, StepId } from "./step.ts";

/** Something true of the whole plan. Its words come from its owner's phrases. */
export interface Finding<C extends string = string> {
  readonly code: C;
  readonly severity: "fatal" | "warning" | "info";
  readonly objects: readonly ObjectRef[];
  readonly args: Args;
  /** Nothing begins without it: a warning that a person must have read. */
  readonly consent?: Consent;
  /** Rests on what is read beside the work, which nobody waits for: it may come late, and is no part of the plan's identity. */
  readonly beside?: true;
}

/** Why something cannot go on now. */
export interface Blocker<C extends string = string> {
  readonly code: C;
  readonly node: string;
  readonly object: ObjectRef;
  /** The step that waits. */
  readonly step: StepId;
  readonly args: Args;
  readonly since: Instant;
  /** "person": nothing the cluster does by itself will end it (a drain of which only these are left can never finish). */
  readonly endsBy: "cluster" | "person";
  /** The consents of a person that end it. Absent: none does. */
  readonly consents?: readonly Consent[];
  /** Part of every drain (a pod ends within its grace period): shown where it stands, no event of its own. */
  readonly ordinary?: true;
}

/** Evidence read from the API that a statement holds, with its time and source. */
export interface Proof<C extends string = string> {
  readonly code: C;
  readonly subject: ObjectRef;
  readonly args: Args;
  readonly at: Instant;
  readonly evidence: readonly Evidence[];
  /** false: it looks so, but what would prove it was not seen ("unknown" is never "fine"). */
  readonly proven: boolean;
}

/** Why this step cannot go on now, since when, and whether waiting can end it. */
export function blockerOf<C extends string>(step: Step, code: C, args: Args, since: Instant, endsBy: Blocker["endsBy"]): Blocker<C> {
  return { code, node: step.node, object: step.subject, step: step.id, args, since, endsBy };
}

/** The step may not begin before a person has agreed to it. */
export function consentMissing(step: Step, missing: readonly Consent[], since: Instant): Blocker<"consent-missing"> {
  const args = { consents: missing, reason: step.reason.code, person: step.reason.args["person"] };
  return { ...blockerOf(step, "consent-missing", args, since, "person"), consents: missing };
}
