import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { type ObjectHolder, holderTitle, isSameHolder } from "../../cluster/view/holder.ts";
import { driftOf, type Taken } from "../../cluster/view/drift.ts";
import { cordonEntry } from "../../cluster/view/held-entry.ts";
import { type HeldRecord, isInForce } from "../../cluster/view/held-record.ts";
import { parseTime } from "../../kube/time.ts";
import type { DrainFacts, Facts, HoldFacts, ObjectFacts } from "../../maintenance/lifecycle/facts.ts";
import type { LifecycleState } from "../../maintenance/lifecycle/state.ts";
import type { SessionState } from "../../maintenance/session-contract.ts";
import type { Instant } from "../../runtime/clock.ts";
import { isOutByPredecessor } from "./adoption.ts";
import type { Estate } from "./estate.ts";
import type { KeptNode } from "./kept-node.ts";

export interface Seen {
  readonly facts: Facts;
  readonly node: NodeView | undefined;
  readonly holder: ObjectHolder;
  /** The node is out for this object by the doing of another operator: that becomes our own with our hold. */
  readonly isAdopting: boolean;
}

export interface Gathering {
  readonly estate: Estate;
  readonly key: string;
  readonly own: ObjectFacts;
  readonly isAdopted: boolean;
  readonly holder: ObjectHolder;
  readonly kept: KeptNode;
  readonly previous: LifecycleState | undefined;
}

/** Everything that is seen of an object and its node in this moment. */
export function factsOf({ estate, key, own, isAdopted, holder: fresh, kept, previous }: Gathering): Seen {
  const { fleet, clock } = estate;
  const node = fleet.nodes.store.byName(undefined, own.nodeName)?.value;
  const recorded = node === undefined ? undefined : holderIn(node, fresh);
  const holder = recorded ?? fresh;
  const looked = kept.outlook;
  const isAdopting = isAdopted && node !== undefined && recorded === undefined && isOutByPredecessor(node);
  const watched: HoldFacts =
    node === undefined
      ? { kind: "none" }
      : isAdopting && own.deletedAt !== undefined
        ? { kind: "held" } // there is something of its own to be undone
        : watchedHold(node, holder, estate.serverNow());
  const facts: Facts = {
    object: own,
    node: node ?? (fleet.nodes.isSynced() ? "missing" : "unknown"),
    machine: node === undefined ? undefined : { bootID: node.bootID, allocatable: node.allocatable },
    hold: node === undefined ? watched : kept.holdOf(node, watched),
    lease: estate.leases.factsOf(own.nodeName, key),
    drain: looked === undefined ? undefined : drainFacts(looked.state, looked.generation),
    checks: estate.checks.resultsOf(key),
    others: othersOf(node, holder),
    now: clock.now(),
    serverNow: estate.serverNow(),
    previous,
  };
  return { facts, node, holder, isAdopting };
}

function drainFacts({ plan, refusals, progress, remaining, podsOnNode }: SessionState, generation: number): DrainFacts {
  return {
    generation,
    progress,
    podsOnNode,
    findings: plan.findings,
    refusals,
    ...(remaining === undefined ? {} : { eta: remaining.at + remaining.range.likely }),
  };
}

function recordOf({ held }: NodeView): HeldRecord | undefined {
  return held === "unreadable" ? undefined : held;
}

/** Ourselves as the record has it, with all that was noted of us. */
function holderIn(node: NodeView, holder: ObjectHolder): ObjectHolder | undefined {
  const found = recordOf(node)?.holders.find((other) => isSameHolder(other, holder));
  return found === undefined || found.kind === "command" ? undefined : found;
}

function watchedHold(node: NodeView, holder: ObjectHolder, now: Instant): HoldFacts {
  const drift = driftOf(node, node.held, holder, now);
  if (drift.kind === "taken") {
    const gone = drift.taken.map(({ entry }) => entry);
    return { kind: "drifted", gone, ...takenBy(drift.taken), times: drift.times.flatMap((time) => parseTime(time) ?? []) };
  }
  if (drift.kind !== "none") return { kind: "none" };
  const { wasCordoned = false, added = [], before } = recordOf(node) ?? {};
  return {
    kind: "held",
    ...(before === undefined ? {} : { before: { bootID: before.bootID, allocatable: before.allocatable } }),
    ...(wasCordoned && !added.includes(cordonEntry) ? { foreignCordon: node.cordonedBy?.manager ?? "unknown" } : {}),
  };
}

function takenBy(taken: readonly Taken[]): { readonly by?: string } {
  const manager = taken.find(({ by }) => by !== undefined)?.by?.manager;
  return manager === undefined ? {} : { by: manager };
}

function othersOf(node: NodeView | undefined, holder: ObjectHolder): readonly string[] {
  const record = node === undefined ? undefined : recordOf(node);
  if (node === undefined || record === undefined || !isInForce(record, node)) return [];
  return record.holders.filter((other) => !isSameHolder(other, holder)).map(holderTitle);
}
