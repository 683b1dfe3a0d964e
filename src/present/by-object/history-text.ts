import type { Json } from "../../kube/object.ts";
import { formatTime } from "../../kube/time.ts";
import type { HistoryEntry } from "../../maintenance/by-object/history.ts";
import type { Instant } from "../../runtime/clock.ts";
import { durationText } from "../duration-text.ts";
import { fitTable } from "../fit-table.ts";
import { documentVersion } from "../preview-document.ts";

const endings: Readonly<Record<NonNullable<HistoryEntry["ended"]>, string>> = {
  returned: "returned",
  cancelled: "cancelled",
  deleted: "deleted",
  "kept-out": "kept out",
};

const head = ["NODE", "MAINTENANCE", "OUT", "BACK", "FOR", "ENDED", "BY", "TICKET", "FORCED", "REASON"];

/** One row for each, the newest first. `cells`: how wide a line may be. */
export function historyText(entries: readonly HistoryEntry[], cells: number): readonly string[] {
  if (entries.length === 0) return ["no maintenance is remembered"];
  return fitTable(head, entries.map(row), cells);
}

function row({ node, name, outAt, backAt, ended, by, ticket, forced, reason }: HistoryEntry): readonly string[] {
  return [
    node,
    name,
    stamp(outAt) ?? "never",
    stamp(backAt) ?? "-",
    outAt === undefined || backAt === undefined ? "-" : durationText(backAt - outAt),
    ended === undefined ? "-" : endings[ended],
    by ?? "-",
    ticket ?? "-",
    forced.length === 0 ? "-" : forced.join(","),
    reason ?? "-",
  ];
}

export function historyDocument(entries: readonly HistoryEntry[]): Json {
  return {
    apiVersion: documentVersion,
    kind: "MaintenanceHistory",
    items: entries.map((one) => ({
      node: one.node,
      maintenance: one.name,
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
      forced: [...one.forced],
    })),
  };
}

function stamp(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : formatTime(at);
}
