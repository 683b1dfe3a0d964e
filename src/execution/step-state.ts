import type { StepMemory } from "../plan/craft.ts";
import type { Args, StepId } from "../plan/step.ts";
import type { Instant, Millis } from "../runtime/clock.ts";
import { jittered, type Random } from "../runtime/random.ts";

/** Why the last request of a step did not go through, and when it is tried again. */
export interface Setback {
  readonly code: string;
  readonly args: Args;
  readonly until: Instant;
  readonly endsBy: "cluster" | "person";
}

/** What the executor remembers of one step. Losable: a fresh one only costs a repeated request that the server takes or refuses alike. */
export interface StepState {
  readonly id: StepId;
  since: Instant;
  attempts: number;
  inFlight: boolean;
  announced: boolean;
  /** The server took a change that this step asked of the node, or may have. */
  touched: boolean;
  acceptedAt: Instant | undefined;
  acceptedVersion: string | undefined;
  setback: Setback | undefined;
  setbacks: number;
}

export function createStepState(id: StepId, now: Instant): StepState {
  return {
    id,
    since: now,
    attempts: 0,
    inFlight: false,
    announced: false,
    touched: false,
    acceptedAt: undefined,
    acceptedVersion: undefined,
    setback: undefined,
    setbacks: 0,
  };
}

export function memoryOf({ attempts, since, acceptedAt, acceptedVersion }: StepState): StepMemory {
  return {
    attempts,
    since,
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
    ...(acceptedVersion === undefined ? {} : { acceptedVersion }),
  };
}

/** Doubles from `first` to `cap`, ±20 %: only for what no watched object can announce (a webhook's mind, a server's health). */
export function backOff(state: StepState, first: Millis, cap: Millis, random: Random): Millis {
  const wait = Math.min(cap, first * 2 ** state.setbacks);
  state.setbacks += 1;
  return jittered(wait, 0.2, random);
}
