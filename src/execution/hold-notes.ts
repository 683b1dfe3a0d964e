import type { NodeView } from "../cluster/view/cluster-view.ts";
import { type HeldRecord, isInForce } from "../cluster/view/held-record.ts";
import { type ForcedNote, type Holder, type HolderDeadline, isSameHolder } from "../cluster/view/holder.ts";
import type { Patch } from "../kube/patch.ts";
import { withHolder } from "./hold.ts";
import { patchOf } from "./node-draft.ts";

/** A node that is emptied again and again keeps the last ones: records are bounded. */
const mostForced = 24;

/**
 * Writes down that this holder's drain has proven the end of all it moved, and what of that went by force; undefined where the record does not
 * name it any more.
 */
export function planProven(node: NodeView, holder: Holder, at: string, forced: readonly ForcedNote[] = []): Patch | undefined {
  const { record, before } = named(node, holder);
  if (record === undefined || before?.evictingSince === undefined) return undefined;
  const { deadline: _, ...kept } = before;
  return patchOf(node, { node, record: withHolder(record, before, { ...kept, ...forcedIn(before, forced), provenAt: at }) });
}

/** Writes down what went by force in this holder's run; undefined where it stands there, or nobody is there to write it for. */
export function planForced(node: NodeView, holder: Holder, forced: readonly ForcedNote[]): Patch | undefined {
  const { record, before } = named(node, holder);
  if (record === undefined || before === undefined || forced.length === 0) return undefined;
  return patchOf(node, { node, record: withHolder(record, before, { ...before, ...forcedIn(before, forced) }) });
}

/** One note for each run and way: written again it says the same. */
function forcedIn(before: Holder, forced: readonly ForcedNote[]): Pick<Holder, "forced"> {
  if (forced.length === 0) return {};
  const isOther = ({ since, by }: ForcedNote): boolean => !forced.some((one) => one.since === since && one.by === by);
  return { forced: [...(before.forced ?? []).filter(isOther), ...forced].slice(-mostForced) };
}

/** Writes this holder's deadline down, or takes it away; undefined where there is nothing to write, or nobody to write it for. */
export function planDeadline(node: NodeView, holder: Holder, deadline: HolderDeadline | undefined): Patch | undefined {
  const { record, before } = named(node, holder);
  if (record === undefined || before === undefined || JSON.stringify(before.deadline) === JSON.stringify(deadline)) return undefined;
  const { deadline: _, ...kept } = before;
  return patchOf(node, { node, record: withHolder(record, before, { ...kept, ...(deadline === undefined ? {} : { deadline }) }) });
}

function named({ held, ...node }: NodeView, holder: Holder): { readonly record?: HeldRecord; readonly before?: Holder } {
  if (held === undefined || held === "unreadable" || !isInForce(held, node)) return {};
  const before = held.holders.find((other) => isSameHolder(other, holder));
  return before === undefined ? { record: held } : { record: held, before };
}
