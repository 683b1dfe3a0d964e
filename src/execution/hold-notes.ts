import type { NodeView } from "../cluster/view/cluster-view.ts";
import { type HeldRecord, isInForce } from "../cluster/view/held-record.ts";
import { type Holder, type HolderDeadline, isSameHolder } from "../cluster/view/holder.ts";
import type { Patch } from "../kube/patch.ts";
import { withHolder } from "./hold.ts";
import { patchOf } from "./node-draft.ts";

/** Writes down that this holder's drain has proven the end of all it moved; undefined where the record does not name it any more. */
export function planProven(node: NodeView, holder: Holder, at: string): Patch | undefined {
  const { record, before } = named(node, holder);
  if (record === undefined || before?.evictingSince === undefined) return undefined;
  const { deadline: _, ...kept } = before;
  return patchOf(node, { node, record: withHolder(record, before, { ...kept, provenAt: at }) });
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
