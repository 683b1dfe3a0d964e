import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { isInForce } from "../../cluster/view/held-record.ts";
import { type CommandHolder, type ForcedNote, holderTitle } from "../../cluster/view/holder.ts";
import { projectNode } from "../../cluster/view/project.ts";
import { nodes } from "../../kube/resource.ts";
import { parseTime } from "../../kube/time.ts";
import type { Surroundings } from "../work.ts";
import type { ForcedEntry, HistoryEntry } from "./history-entry.ts";

/** What drains by commands did to nodes that are still out by them: the record goes with the node's return. */
export async function entriesOfRecords({ api, stop }: Pick<Surroundings, "api" | "stop">): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const page of api.list(nodes, { project: projectNode }, { signal: stop, lane: "control" })) {
    if (page.restarted === true) entries.length = 0;
    entries.push(...page.items.flatMap(({ value }) => entriesOf(value)));
  }
  return entries;
}

function entriesOf(node: NodeView): readonly HistoryEntry[] {
  const { held } = node;
  if (held === undefined || held === "unreadable" || !isInForce(held, node)) return [];
  return held.holders.flatMap((holder) => (holder.kind === "command" && holder.evictingSince !== undefined ? [entryOf(node, holder)] : []));
}

function entryOf(node: NodeView, holder: CommandHolder): HistoryEntry {
  const { since, provenAt, forced = [] } = holder;
  return {
    source: "record",
    node: node.name,
    name: undefined,
    uid: node.uid,
    by: holderTitle(holder),
    reason: undefined,
    ticket: undefined,
    createdAt: undefined,
    outAt: parseTime(since),
    drainedAt: parseTime(provenAt),
    backAt: undefined,
    ended: undefined,
    message: provenAt === undefined ? "is still out, and was not proven empty" : "is still out",
    agreed: [],
    forced: summed(forced),
  };
}

/** Over all runs of the same person. */
function summed(notes: readonly ForcedNote[]): readonly ForcedEntry[] {
  const counts = new Map<string, number>();
  for (const { by, count } of notes) counts.set(by, (counts.get(by) ?? 0) + count);
  return [...counts].map(([by, count]) => ({ by, count, pods: [] }));
}
