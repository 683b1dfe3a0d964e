import type { NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry, mirrorEntry, stands } from "../cluster/view/held-entry.ts";
import { type HeldRecord, isCordonOurs, isInForce } from "../cluster/view/held-record.ts";
import { type Holder, holderTitle, isSameHolder } from "../cluster/view/holder.ts";
import type { Patch } from "../kube/patch.ts";
import type { Override } from "./event.ts";
import { patchOf, withoutEntries } from "./node-draft.ts";

export type LiftPlan =
  | { readonly kind: "nothing" }
  | { readonly kind: "patch"; readonly patch: Patch; readonly already: boolean; readonly overrides: readonly Override[] };

/**
 * A person's uncordon lifts any cordon, whoever set it, and names whom it overrides. Our record goes with the cordon, unless it also
 * stands for something else that is still there (taints, changes elsewhere): then only the cordon leaves it. An object goes on holding its
 * node, and the record goes on naming it.
 */
export function planLift(seen: NodeView, by: Holder): LiftPlan {
  const { held } = seen;
  const open = { ...seen, unschedulable: false };
  const after = held === undefined || held === "unreadable" ? { node: open, record: held } : lifted(open, held);
  const patch = patchOf(seen, after);
  if (patch === undefined) return { kind: "nothing" };
  const overrides = seen.unschedulable ? overridden(seen, held === "unreadable" ? undefined : held, by) : [];
  return { kind: "patch", patch, already: !seen.unschedulable, overrides };
}

function lifted(open: NodeView, held: HeldRecord): { readonly node: NodeView; readonly record: HeldRecord | undefined } {
  if (held.nodeUID !== open.uid) return { node: open, record: undefined };
  if (held.holders.some(({ kind }) => kind !== "command")) return { node: open, record: held };
  const { node, record } = withoutEntries({ node: open, record: held }, new Set([cordonEntry, mirrorEntry]));
  const { leftBy: _, ...rest } = record;
  const added = record.added.filter((entry) => stands(entry, node));
  return { node, record: added.length === 0 && rest.undo.length === 0 ? undefined : { ...rest, wasCordoned: false, added } };
}

function overridden(node: NodeView, record: HeldRecord | undefined, by: Holder): readonly Override[] {
  const inForce = record !== undefined && isInForce(record, node) ? record : undefined;
  const holders = (inForce?.holders ?? []).filter((holder) => !isSameHolder(holder, by));
  const named = holders.map((holder): Override => ({ who: holderTitle(holder), since: holder.since, record: "held" }));
  const left = inForce?.leftBy;
  const all: readonly Override[] = left === undefined ? named : [...named, { who: left.who, since: left.since, record: "held" }];
  if (isCordonOurs(inForce, node)) return all;
  const { cordonedBy } = node;
  if (cordonedBy === undefined) return [...all, { who: "unknown", record: "managedFields" }];
  return [...all, { who: cordonedBy.manager, ...(cordonedBy.at === undefined ? {} : { since: cordonedBy.at }), record: "managedFields" }];
}
