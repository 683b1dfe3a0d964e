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
  /** The last request may have been taken, for all its answer said: whether it was is read before the next. */
  inDoubt: boolean;
  announced: boolean;
  /** Its taint was set once, and said. */
  tainted: boolean;
  /** The server took a change that this step asked of the node, or may have. */
  touched: boolean;
  /** When requests were accepted, the last of them at the end. */
  acceptances: readonly Instant[];
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
    inDoubt: false,
    announced: false,
    tainted: false,
    touched: false,
    acceptances: [],
    acceptedAt: undefined,
    acceptedVersion: undefined,
    setback: undefined,
    setbacks: 0,
  };
}

/** What counts as lately: somebody who lifts a cordon again and again within this time means it. */
const lately: Millis = 600_000;

/** Notes that the server took a request of this step. */
export function accept(state: StepState, now: Instant): void {
  state.acceptances = [...state.acceptances.filter((at) => now - at < lately), now];
  state.acceptedAt = now;
}

export function memoryOf({ attempts, since, acceptances, acceptedAt, acceptedVersion }: StepState, now: Instant): StepMemory {
  return {
    attempts,
    acceptedLately: acceptances.filter((at) => now - at < lately).length,
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
