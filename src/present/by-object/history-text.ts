import type { Json } from "../../kube/object.ts";
import { formatTime } from "../../kube/time.ts";
import type { ForcedEntry, HistoryEntry } from "../../maintenance/by-object/history-entry.ts";
import type { Instant } from "../../runtime/clock.ts";
import { durationText } from "../duration-text.ts";
import { fitTable } from "../fit-table.ts";
import { count as counted, someOf } from "../names.ts";
import { documentVersion } from "../preview-document.ts";

const endings: Readonly<Record<NonNullable<HistoryEntry["ended"]>, string>> = {
  returned: "returned",
  cancelled: "cancelled",
  deleted: "deleted",
  "kept-out": "kept out",
};

const head = ["NODE", "MAINTENANCE", "OUT", "BACK", "FOR", "ENDED", "BY", "TICKET", "FORCED", "REASON"];

/** One row for each, the newest first. @param cells how wide a line may be. @param names the nodes that were asked about; none: all */
export function historyText(entries: readonly HistoryEntry[], cells: number, names: readonly string[]): readonly string[] {
  if (entries.length === 0) return [`no maintenance${names.length === 0 ? "" : ` of ${someOf(names)}`} is remembered`];
  return fitTable(head, entries.map(row), cells);
}

/** What was forced, in sentences: for whoever asks about single nodes. */
export function forcedText(entries: readonly HistoryEntry[]): readonly string[] {
  return entries.flatMap((entry) => entry.forced.map((one) => `${entry.name ?? entry.node}: ${forcedSentence(one)}`));
}

function row(entry: HistoryEntry): readonly string[] {
  const { node, name, outAt, backAt, ended, by, ticket, forced, reason } = entry;
  return [
    node,
    name ?? "-",
    stamp(outAt) ?? "never",
    stamp(backAt) ?? "-",
    outAt === undefined || backAt === undefined ? "-" : durationText(backAt - outAt),
    ended === undefined ? (entry.source === "record" ? "still out" : "-") : endings[ended],
    by ?? "-",
    ticket ?? "-",
    forced.length === 0 ? "-" : forced.map((one) => (one.count === 0 ? one.by : `${one.by}:${one.count}`)).join(","),
    reason ?? "-",
  ];
}

/** By way; what is not here is a consent by name. */
const sentences: Readonly<Record<string, string>> = {
  deadline: "deleted ahead of the deadline, past budgets",
  taint: "deleted by the cluster because of the taint, past budgets",
  "budget-violation": "deleted past their budgets",
  unmanaged: "without a controller, which nothing makes anew",
  emptydir: "with emptyDir volumes, whose data is lost",
  interactive: "in which people worked",
  infrastructure: "that the node itself needs",
  "vm-shutdown": "of virtual machines that were shut off",
};

function forcedSentence({ by, count, pods }: ForcedEntry): string {
  if (count === 0) return `agreed to ${by}`;
  const which = pods.length === 0 ? "" : `: ${someOf(pods, 5)}`;
  return `${counted(count, "pod")} ${sentences[by] ?? `by consent to ${by}`}${which}`;
}

export function historyDocument(entries: readonly HistoryEntry[]): Json {
  return {
    apiVersion: documentVersion,
    kind: "MaintenanceHistory",
    items: entries.map((one) => ({
      source: one.source,
      node: one.node,
      maintenance: one.name ?? null,
      uid: one.uid,
      by: one.by ?? null,
      reason: one.reason ?? null,
      ticket: one.ticket ?? null,
      createdAt: stamp(one.createdAt) ?? null,
      outAt: stamp(one.outAt) ?? null,
      drainedAt: stamp(one.drainedAt) ?? null,
      backAt: stamp(one.backAt) ?? null,
      ended: one.ended ?? null,
      message: one.message,
      agreed: [...one.agreed],
      forced: one.forced.map(({ by, count, pods }) => ({ by, count, pods: [...pods] })),
    })),
  };
}

function stamp(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : formatTime(at);
}
