import type { ForcedNote } from "../cluster/view/holder.ts";
import type { NodeProgress } from "../execution/progress.ts";
import { compareText } from "../runtime/text-order.ts";

/** For the record on the node: how many of its pods went by force, by each way. @param since when this run began, RFC 3339 */
export function forcedNotes(progress: NodeProgress | undefined, since: string): readonly ForcedNote[] {
  const counts = new Map<string, number>();
  for (const by of (progress?.byForce ?? []).flatMap((one) => one.by)) counts.set(by, (counts.get(by) ?? 0) + 1);
  return [...counts].map(([by, count]) => ({ since, by, count })).toSorted((a, b) => compareText(a.by, b.by));
}
