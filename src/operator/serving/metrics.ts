import type { Clock } from "../../runtime/clock.ts";
import type { Metrics } from "./metrics-contract.ts";

export type { Metrics } from "./metrics-contract.ts";

/** Loads prom-client: only an operator measures. */
export async function loadMetrics(clock: Clock): Promise<Metrics> {
  return (await import("./prometheus/prometheus.ts")).createMetrics(clock);
}
