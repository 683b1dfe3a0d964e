import { channel } from "node:diagnostics_channel";
import type { Millis } from "../../runtime/clock.ts";

/** One message on the diagnostics channel `drydock:request`. No query, no headers, no body: it may be logged. */
export interface RequestReport {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly lane: string;
  /** Absent where no answer came. */
  readonly status?: number;
  /** Until the answer's head. */
  readonly ms: Millis;
}

export const requestChannel = channel("drydock:request");
