import type { Blocker, Proof } from "../plan/finding.ts";
import type { Stage, Step } from "../plan/step.ts";
import type { ByForce } from "./by-force.ts";
import type { PodRef } from "../plan/refs.ts";
import type { Instant, Millis } from "../runtime/clock.ts";

/** How far a node may go in a pass: nowhere yet, only out of scheduling, or all the way to its verdict. */
export type Reach = "nowhere" | "cordon" | "verdict";

/** What a pass found out about one step. */
export interface StepResult {
  readonly step: Step;
  readonly isDone: boolean;
  readonly blockers: readonly Blocker[];
  readonly wakeAt?: Instant;
  readonly proof?: Proof;
}

export interface Forced {
  readonly pod: PodRef;
  readonly at: Instant;
  /** What it was given to end. */
  readonly grace: Millis;
}

/** By when what is left on a node is to have ended; `resumed`: as an earlier run of the same command had set it. */
export interface NodeDeadline {
  readonly at: Instant;
  readonly resumed: boolean;
}

export interface NodeProgress {
  readonly node: string;
  readonly isCordoned: boolean;
  /** Pods that are still to be moved, in the order of execution. */
  readonly left: readonly Step[];
  /** Pods of the plan that went, with what proves it. */
  readonly gone: readonly Proof[];
  readonly blockers: readonly Blocker[];
  /** What was shown of the node itself beside the verdict: that its volumes are off it. */
  readonly shown: readonly Proof[];
  /** The last step's proof, once it is given. */
  readonly verdict?: Proof;
  /** Pods that were deleted ahead of a deadline, past budgets. */
  readonly forced: readonly Forced[];
  /** Pods that went by a consent, past budgets or because of a taint, those of `forced` among them. */
  readonly byForce?: readonly ByForce[];
  /** All that is left waits for a person: no waiting will end it. */
  readonly isStuck: boolean;
  /** The server has taken a change of it, or may have (an answer was lost). */
  readonly isTouched: boolean;
  /** The server has taken its taint, and the watch has not shown that yet. */
  readonly isTaintUnseen?: true;
}

export interface PassResult {
  readonly nodes: readonly NodeProgress[];
  /** When to look again even if nothing changes. */
  readonly wakeAt?: Instant;
}

/** Stages between the last pod and the verdict. */
const shownBeside: ReadonlySet<Stage> = new Set(["detach"]);

export function progressOf(
  node: string,
  results: readonly StepResult[],
  gone: readonly Proof[],
  isTouched: boolean,
  forced: readonly Forced[] = [],
): NodeProgress {
  const open = results.filter((result) => !result.isDone);
  const cordon = results.filter((result) => result.step.stage === "cordon");
  const left = open.filter((result) => result.step.stage === "evacuate");
  const shown = results.flatMap(({ step, proof }) => (proof === undefined || !shownBeside.has(step.stage) ? [] : [proof]));
  const verdict = results.find((result) => result.step.stage === "verify")?.proof;
  // The pods wait for the cordon and the verdict for the pods; whoever is waited for is stuck or not.
  const uncordoned = cordon.filter((result) => !result.isDone);
  const deciding = uncordoned.length > 0 ? uncordoned : left.length > 0 ? left : open;
  return {
    node,
    isCordoned: cordon.every((result) => result.isDone),
    // Before its first look even a pod that stays is open; it is none of those to be moved.
    left: left.flatMap(({ step }) => (step.action === "stay" ? [] : [step])),
    gone,
    shown,
    blockers: results.flatMap((result) => result.blockers),
    ...(verdict === undefined ? {} : { verdict }),
    isStuck: deciding.length > 0 && deciding.every(isPersons),
    isTouched,
    forced,
  };
}

/** No waiting will end it. */
export function isPersons({ blockers }: StepResult): boolean {
  return blockers.length > 0 && blockers.every((blocker) => blocker.endsBy === "person");
}
