import type { NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry, stands } from "../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord, isCordonOurs, isInForce } from "../cluster/view/held-record.ts";
import { type Holder, type HolderDeadline, holderTitle, isSameHolder } from "../cluster/view/holder.ts";
import type { Patch } from "../kube/patch.ts";
import type { Override } from "./event.ts";

/** The largest record written; above it nothing is touched (annotations of one object share 256 KiB). */
export const recordLimit = 32 * 1024;

export type HoldPlan =
  /** Nothing to write: it is held by this holder already, and unschedulable. */
  | { readonly kind: "held"; readonly foreign: boolean }
  /** `already`: it was unschedulable before; `foreign`: and by somebody else, so nothing automatic will ever lift it. */
  | { readonly kind: "patch"; readonly patch: Patch; readonly already: boolean; readonly foreign: boolean }
  | { readonly kind: "refused"; readonly code: "record-unreadable" | "record-too-large" };

/** The one patch that takes a node out of scheduling and says so: record and change are one write, under the version that was read. */
export function planHold(node: NodeView, holder: Holder): HoldPlan {
  if (node.held === "unreadable") return { kind: "refused", code: "record-unreadable" };
  const inForce = node.held !== undefined && isInForce(node.held, node) ? node.held : undefined;
  const record = joined(withCordon(inForce ?? freshRecord(node), node), holder);
  const foreign = record.wasCordoned;
  if (inForce !== undefined && node.unschedulable && JSON.stringify(record) === JSON.stringify(inForce)) return { kind: "held", foreign };
  const text = JSON.stringify(record);
  if (Buffer.byteLength(text) > recordLimit) return { kind: "refused", code: "record-too-large" };
  const patch: Patch = {
    kind: "merge",
    body: {
      metadata: { resourceVersion: node.resourceVersion, uid: node.uid, annotations: { [heldAnnotation]: text } },
      spec: { unschedulable: true },
    },
  };
  return { kind: "patch", patch, already: node.unschedulable, foreign };
}

export function freshRecord({ uid }: Pick<NodeView, "uid">): HeldRecord {
  return { nodeUID: uid, wasCordoned: false, added: [], holders: [], undo: [] };
}

/** A cordon that was there before ours is foreign: it is written down and never in `added`. */
function withCordon(record: HeldRecord, node: NodeView): HeldRecord {
  if (isCordonOurs(record, node)) return record;
  const others = record.added.filter((entry) => entry !== cordonEntry);
  return { ...record, wasCordoned: node.unschedulable, added: node.unschedulable ? others : [cordonEntry, ...others] };
}

/** One user is one holder, however often and from wherever the command is called; the first time it asked stays. */
export function joined(record: HeldRecord, holder: Holder): HeldRecord {
  const before = record.holders.find((other) => isSameHolder(other, holder));
  if (before === undefined) return { ...record, holders: [...record.holders, holder] };
  return withHolder(record, before, evicting(tainting(before, holder), holder));
}

function tainting(before: Holder, { taints = [] }: Holder): Holder {
  return taints.length === 0 ? before : { ...before, taints: [...new Set([...(before.taints ?? []), ...taints])] };
}

function evicting(before: Holder, { evictingSince }: Holder): Holder {
  if (evictingSince === undefined || (before.evictingSince !== undefined && before.provenAt === undefined)) return before;
  // What an earlier drain has proven says nothing of the pods that this one will ask to go.
  const { provenAt: _, deadline: __, ...rest } = before;
  return { ...rest, evictingSince };
}

function withHolder(record: HeldRecord, before: Holder, after: Holder): HeldRecord {
  return { ...record, holders: record.holders.map((other) => (other === before ? after : other)) };
}

/** Writes down that this holder's drain has proven the end of all it moved; undefined where the record does not name it any more. */
export function planProven(node: NodeView, holder: Holder, at: string): Patch | undefined {
  if (node.held === undefined || node.held === "unreadable" || !isInForce(node.held, node)) return undefined;
  const before = node.held.holders.find((other) => isSameHolder(other, holder));
  if (before?.evictingSince === undefined) return undefined;
  const { deadline: _, ...kept } = before;
  return recordPatch(node, withHolder(node.held, before, { ...kept, provenAt: at }));
}

/** Writes this holder's deadline down, or takes it away; undefined where there is nothing to write, or nobody to write it for. */
export function planDeadline(node: NodeView, holder: Holder, deadline: HolderDeadline | undefined): Patch | undefined {
  if (node.held === undefined || node.held === "unreadable" || !isInForce(node.held, node)) return undefined;
  const before = node.held.holders.find((other) => isSameHolder(other, holder));
  if (before === undefined || JSON.stringify(before.deadline) === JSON.stringify(deadline)) return undefined;
  const { deadline: _, ...kept } = before;
  return recordPatch(node, withHolder(node.held, before, { ...kept, ...(deadline === undefined ? {} : { deadline }) }));
}

function recordPatch(node: NodeView, record: HeldRecord): Patch {
  const annotations = { [heldAnnotation]: JSON.stringify(record) };
  return { kind: "merge", body: { metadata: { resourceVersion: node.resourceVersion, uid: node.uid, annotations } } };
}

export type LiftPlan =
  | { readonly kind: "nothing" }
  | { readonly kind: "patch"; readonly patch: Patch; readonly already: boolean; readonly overrides: readonly Override[] };

/**
 * A person's uncordon lifts any cordon, whoever set it, and names whom it overrides. Our record goes with the cordon, unless it also
 * stands for something else that is still there (taints, changes elsewhere): then only the cordon leaves it.
 */
export function planLift(node: NodeView, by: Holder): LiftPlan {
  const record = node.held === "unreadable" ? undefined : node.held;
  const rest = record === undefined ? undefined : withoutCordon(record, node);
  if (!node.unschedulable && (record === undefined || JSON.stringify(rest) === JSON.stringify(record))) return { kind: "nothing" };
  const overrides = node.unschedulable ? overridden(node, record, by) : [];
  const annotations = record === undefined ? {} : { annotations: { [heldAnnotation]: rest === undefined ? null : JSON.stringify(rest) } };
  const patch: Patch = {
    kind: "merge",
    body: { metadata: { resourceVersion: node.resourceVersion, uid: node.uid, ...annotations }, spec: { unschedulable: null } },
  };
  return { kind: "patch", patch, already: !node.unschedulable, overrides };
}

export type ReleasePlan =
  | { readonly kind: "released"; readonly patch: Patch }
  /** "foreign": the cordon is somebody else's, named where that is known; "held": others hold the node too. `patch`: we leave them to it. */
  | { readonly kind: "kept"; readonly why: "foreign" | "held"; readonly by: readonly string[]; readonly patch?: Patch };

/** One holder leaves: its own cordon goes with it, unless others hold the node as well. What somebody else put there stays. */
export function planRelease(node: NodeView, by: Holder): ReleasePlan {
  const record = node.held === "unreadable" ? undefined : node.held;
  if (record === undefined || !isInForce(record, node) || !isCordonOurs(record, node))
    return { kind: "kept", why: "foreign", by: node.cordonedBy === undefined ? [] : [node.cordonedBy.manager] };
  const others = record.holders.filter((holder) => !isSameHolder(holder, by));
  if (others.length > 0) {
    const who = others.map(holderTitle);
    return { kind: "kept", why: "held", by: who, patch: recordPatch(node, { ...record, holders: others }) };
  }
  const rest = withoutCordon(record, node);
  const annotations = { [heldAnnotation]: rest === undefined ? null : JSON.stringify(rest) };
  const metadata = { resourceVersion: node.resourceVersion, uid: node.uid, annotations };
  return { kind: "released", patch: { kind: "merge", body: { metadata, spec: { unschedulable: null } } } };
}

function withoutCordon(record: HeldRecord, node: NodeView): HeldRecord | undefined {
  const added = record.added.filter((entry) => entry !== cordonEntry && stands(entry, node));
  return added.length === 0 && record.undo.length === 0 ? undefined : { ...record, wasCordoned: false, added };
}

function overridden(node: NodeView, record: HeldRecord | undefined, by: Holder): readonly Override[] {
  const inForce = record !== undefined && isInForce(record, node) ? record : undefined;
  const holders = (inForce?.holders ?? []).filter((holder) => !isSameHolder(holder, by));
  const named = holders.map((holder): Override => ({ who: holderTitle(holder), since: holder.since, record: "held" }));
  if (isCordonOurs(inForce, node)) return named;
  const { cordonedBy } = node;
  if (cordonedBy === undefined) return [...named, { who: "unknown", record: "managedFields" }];
  return [...named, { who: cordonedBy.manager, ...(cordonedBy.at === undefined ? {} : { since: cordonedBy.at }), record: "managedFields" }];
}
