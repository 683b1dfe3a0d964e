import { defaultAllow, effectiveSpec } from "../../api/defaults.ts";
import { drydockGroup, type Maintenance } from "../../api/maintenance.ts";
import { isKubeError } from "../../client/errors.ts";
import type { Json } from "../../kube/object.ts";
import { parseTime } from "../../kube/time.ts";
import { stateOf } from "../lifecycle/stored.ts";
import { unlessStopped, type StoppedBefore } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import type { HistoryEntry } from "./history-entry.ts";
import { entriesOfRecords } from "./history-of-records.ts";
import { listMaintenances } from "./maintenances.ts";

/** On an object: who asked for it, as the command that made it knew: "jane on laptop". */
export const askedByAnnotation = `${drydockGroup}/asked-by`;

export interface History {
  readonly kind: "read";
  readonly entries: readonly HistoryEntry[];
  /** What could not be read, and why: there may be more. */
  readonly notRead: readonly {
    readonly what: "maintenances" | "nodes";
    readonly why: "not-served" | "forbidden";
    readonly message: string;
  }[];
}

export type HistoryOutcome = StoppedBefore | History;

/**
 * The maintenances of these nodes that are over, of all where none is named, and what commands did to nodes that are still out; the newest
 * first. What was deleted, or undone with its record, is not remembered.
 *
 * @throws KubeError where neither may be read
 */
export async function historyOfNodes(s: Surroundings, names: readonly string[]): Promise<HistoryOutcome> {
  const notRead: History["notRead"][number][] = [];
  const read = async (
    what: "maintenances" | "nodes",
    entries: () => Promise<readonly HistoryEntry[]>,
  ): Promise<readonly HistoryEntry[]> => {
    try {
      return await entries();
    } catch (error) {
      if (!isKubeError(error, "not-found", "forbidden") || notRead.some(({ why }) => why === "forbidden")) throw error;
      notRead.push({ what, why: error.code === "forbidden" ? "forbidden" : "not-served", message: error.message });
      return [];
    }
  };
  const all = await unlessStopped(s, async () => [
    ...(await read("maintenances", async () => (await listMaintenances(s)).filter(isOver).map(entryOf))),
    ...(await read("nodes", () => entriesOfRecords(s))),
  ]);
  if ("kind" in all) return all;
  const entries = all
    .filter(({ node }) => names.length === 0 || names.includes(node))
    .toSorted((a, b) => (b.backAt ?? Number.POSITIVE_INFINITY) - (a.backAt ?? Number.POSITIVE_INFINITY) || (b.outAt ?? 0) - (a.outAt ?? 0));
  return { kind: "read", entries, notRead };
}

function isOver({ status }: Maintenance): boolean {
  return status?.phase === "Finished";
}

function entryOf(object: Maintenance): HistoryEntry {
  const { metadata, spec, status } = object;
  return {
    source: "object",
    node: spec.nodeName,
    name: metadata.name,
    uid: metadata.uid,
    by: metadata.annotations?.[askedByAnnotation] ?? writerOf(object),
    reason: spec.reason,
    ticket: spec.ticket,
    createdAt: parseTime(metadata.creationTimestamp),
    outAt: parseTime(status?.startedAt),
    drainedAt: parseTime(status?.drainedAt),
    backAt: parseTime(status?.finishedAt),
    ended: stateOf(status)?.ended,
    message: status?.message ?? "",
    agreed: agreedIn(object),
    forced: (status?.forced ?? []).map(({ by, count, pods = [] }) => ({ by, count, pods })),
  };
}

/** Which program wrote which node is meant; a user's name is not in managedFields. */
function writerOf({ metadata }: Maintenance): string | undefined {
  return metadata.managedFields?.find(({ fieldsV1, subresource }) => subresource === undefined && ownsNodeName(fieldsV1))?.manager;
}

function ownsNodeName(fields: Json | undefined): boolean {
  const spec = (fields as { readonly "f:spec"?: Readonly<Record<string, Json>> } | undefined)?.["f:spec"];
  return spec?.["f:nodeName"] !== undefined;
}

function agreedIn({ spec }: Maintenance): readonly string[] {
  const { allow, mode, deadline, taint } = effectiveSpec(spec).drain;
  const usual: readonly string[] = defaultAllow;
  return [
    ...allow.filter((consent) => !usual.includes(consent)),
    ...(deadline === undefined ? [] : [`deadline ${deadline}`]),
    ...(taint === undefined ? [] : [`mode ${mode}`]),
  ];
}
