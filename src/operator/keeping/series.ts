import type { Facts } from "../../maintenance/lifecycle/facts.ts";
import type { Advanced } from "../../maintenance/lifecycle/state.ts";
import type { DomainObserver, MaintenanceSeries, NodeSeries } from "../serving/observers.ts";

/** How one object and its node stand, for those who watch figures. */
export interface Series {
  readonly maintenance: MaintenanceSeries;
  /** undefined: nothing of its node is under way. */
  readonly node: NodeSeries | undefined;
}

export function seriesOf(kind: MaintenanceSeries["kind"], { object, drain, lease, hold }: Facts, { state }: Advanced): Series {
  const maintenance = { kind, name: object.name, phase: state.phase };
  if (hold.kind === "none") return { maintenance, node: undefined };
  const blocked = new Map<string, number>();
  for (const { code, ordinary } of drain?.progress?.blockers ?? []) if (ordinary !== true) blocked.set(code, (blocked.get(code) ?? 0) + 1);
  return {
    maintenance,
    node: { node: object.nodeName, podsLeft: drain?.progress?.left.length ?? 0, blocked, leaseHeld: lease.kind === "held" },
  };
}

/** Tells of all at once, so that what is not named any more has no series any more. Of a node with several holders the one that knows most counts. */
export function tellSeries(all: readonly Series[], metrics: DomainObserver): void {
  metrics.maintenances(all.map(({ maintenance }) => maintenance));
  const nodes = new Map<string, NodeSeries>();
  for (const { node } of all) {
    const known = node === undefined ? undefined : nodes.get(node.node);
    if (node !== undefined && (known === undefined || node.podsLeft > known.podsLeft)) nodes.set(node.node, node);
  }
  metrics.nodes([...nodes.values()]);
}
