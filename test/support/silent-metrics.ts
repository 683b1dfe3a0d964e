import type { DomainObserver } from "../../src/operator/serving/observers.ts";

/** Nobody counts. */
export const silentMetrics: DomainObserver = {
  maintenances: () => {},
  nodes: () => {},
  maintenanceEnded: () => {},
  podEvicted: () => {},
  evictionAnswered: () => {},
  watchBegan: () => ({ heard: () => {}, ended: () => {} }),
  statusWritten: () => {},
};
