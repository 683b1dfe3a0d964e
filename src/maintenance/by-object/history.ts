import { defaultAllow, effectiveSpec } from "../../api/defaults.ts";
import { drydockGroup, type Maintenance } from "../../api/maintenance.ts";
import type { Json } from "../../kube/object.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { Ending } from "../lifecycle/state.ts";
import { stateOf } from "../lifecycle/stored.ts";
import { unlessStopped, type StoppedBefore } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import { listMaintenances } from "./maintenances.ts";

/** On an object: who asked for it, as the command that made it knew: "jane on laptop". */
export const askedByAnnotation = `${drydockGroup}/asked-by`;

/** One maintenance that is over, as its object tells. */
export interface HistoryEntry {
  readonly node: string;
  readonly name: string;
  readonly uid: string;
  /** The person that the command knew, else the program that wrote the spec (managedFields); undefined where neither is told. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly ticket: string | undefined;
  readonly createdAt: Instant | undefined;
  /** When the node was first touched; undefined: it never was. */
  readonly outAt: Instant | undefined;
  readonly drainedAt: Instant | undefined;
  readonly backAt: Instant | undefined;
  readonly ended: Ending | undefined;
  readonly message: string;
  /** What was agreed to beyond the defaults, and how it was emptied where that was past budgets. */
  readonly forced: readonly string[];
}

export type HistoryOutcome = StoppedBefore | { readonly kind: "read"; readonly entries: readonly HistoryEntry[] };

/** The maintenances of these nodes that are over, of all where none is named; the newest first. What was deleted is not remembered. */
export async function historyOfNodes(s: Surroundings, names: readonly string[]): Promise<HistoryOutcome> {
  const all = await unlessStopped(s, () => listMaintenances(s));
  if ("kind" in all) return all;
  const entries = all
    .filter(({ spec, status }) => status?.phase === "Finished" && (names.length === 0 || names.includes(spec.nodeName)))
    .map(entryOf)
    .toSorted((a, b) => (b.backAt ?? 0) - (a.backAt ?? 0));
  return { kind: "read", entries };
}

function entryOf(object: Maintenance): HistoryEntry {
  const { metadata, spec, status } = object;
  return {
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
    forced: forcedBy(object),
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

function forcedBy({ spec }: Maintenance): readonly string[] {
  const { allow, mode, deadline, taint } = effectiveSpec(spec).drain;
  const usual: readonly string[] = defaultAllow;
  return [
    ...allow.filter((consent) => !usual.includes(consent)),
    ...(deadline === undefined ? [] : [`deadline ${deadline}`]),
    ...(taint === undefined ? [] : [`mode ${mode}`]),
  ];
}
