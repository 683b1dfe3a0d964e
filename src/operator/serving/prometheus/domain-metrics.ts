import type { Clock, Millis } from "../../../runtime/clock.ts";
import type { DomainObserver, MaintenanceSeries } from "../observers.ts";
import type { Metered } from "./registry.ts";

/** What the domain tells. Each whole picture replaces the one before it, so that the series of a node that is back are gone. */
export function domainMetrics(metered: Metered, clock: Clock): DomainObserver {
  const watches = new Set<{ readonly resource: string; heardAt: Millis }>();
  const age = metered.gauge("drydock_watch_last_heard_seconds");
  metered.beforeScrape.push(() => {
    age.reset();
    // Of several watches of one resource the one that is silent longest counts: the newest first, so that its figure stays.
    for (const { resource, heardAt } of [...watches].toSorted((a, b) => b.heardAt - a.heardAt))
      age.set({ resource }, (clock.monotonic() - heardAt) / 1000);
  });
  return {
    maintenances: (all) => {
      const gauge = metered.gauge("drydock_maintenances");
      gauge.reset();
      for (const { kind, phase } of counted(all)) gauge.inc({ kind, phase });
    },
    nodes: (out) => {
      const left = metered.gauge("drydock_pods_left");
      const blocked = metered.gauge("drydock_pods_blocked");
      const lease = metered.gauge("drydock_node_lease_held");
      for (const gauge of [left, blocked, lease]) gauge.reset();
      for (const { node, podsLeft, blocked: codes, leaseHeld } of out) {
        left.set({ node }, podsLeft);
        lease.set({ node }, leaseHeld ? 1 : 0);
        for (const [code, count] of codes) blocked.set({ node, code }, count);
      }
    },
    maintenanceEnded: (kind, outcome, lasted) =>
      metered.histogram("drydock_maintenance_duration_seconds").observe({ kind, outcome }, lasted / 1000),
    podEvicted: () => metered.counter("drydock_pods_evicted_total").inc(),
    evictionAnswered: (answer) => metered.counter("drydock_evictions_total").inc({ answer }),
    watchBegan: (resource) => {
      // One of which nothing was ever heard is as old as itself.
      const watch = { resource, heardAt: clock.monotonic() };
      watches.add(watch);
      return {
        heard: () => {
          watch.heardAt = clock.monotonic();
        },
        ended: () => void watches.delete(watch),
      };
    },
    statusWritten: (kind, result) => metered.counter("drydock_status_writes_total").inc({ kind, result }),
  };
}

/** An object that has no phase yet is counted as Pending. */
function counted(all: readonly MaintenanceSeries[]): readonly MaintenanceSeries[] {
  return all.map((each) => (each.phase === "" ? { ...each, phase: "Pending" } : each));
}
