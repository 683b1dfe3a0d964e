import type { KubeApi } from "../client/kube-api.ts";
import type { ExecutionEvent } from "../execution/event.ts";
import type { Consent } from "../plan/consent.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { Clock, Millis } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { NodeChoice } from "./outcome.ts";

/** What every piece of work is given; nothing ambient is used. */
export interface Surroundings {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (event: ExecutionEvent) => void;
  /** Abort stops starting new things; what was started is said and left as it is. */
  readonly stop: AbortSignal;
  /** Where the command runs, for the holder record. */
  readonly host: string;
}

/** What becomes of our cordon when a node could not be emptied. */
export type OnFailure = "keep" | "uncordon";

export interface DrainOptions {
  readonly choice: NodeChoice;
  readonly request: Omit<PlanRequest, "nodes">;
  readonly allow: ReadonlySet<Consent>;
  /** How many nodes are emptied at the same time; 1 is kubectl's way. */
  readonly parallel: number;
  /** kubectl's `--timeout`, per node; absent: for ever. */
  readonly timeout?: Millis;
  /** Absent: it is kept. */
  readonly onFailure?: OnFailure;
  /** kubectl's `--chunk-size`. */
  readonly pageSize: number;
  readonly dryRun: "none" | "client" | "server";
  /** Refuse before the first change unless each pod that leaves is known to find room on another node. */
  readonly requireRoom?: boolean;
}

export interface PreviewWishes extends DrainOptions {
  /** Also find out which changes of budgets would make the drain possible or faster. */
  readonly fixes?: boolean;
}

export interface CordonOptions {
  readonly choice: NodeChoice;
  readonly dryRun: "none" | "client" | "server";
}
