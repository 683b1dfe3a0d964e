import type { NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry, isTaintEntry, mirrorEntry, readMark, stands, taintEntry } from "../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord } from "../cluster/view/held-record.ts";
import type { Taint } from "../kube/node.ts";
import type { Json, StringMap } from "../kube/object.ts";
import type { Patch } from "../kube/patch.ts";

/** A node and its record as they are to be after the write. Steps change both together; the patch is what is different at the end. */
export interface Draft {
  readonly node: NodeView;
  readonly record: HeldRecord;
}

/** Is this entry one that this version knows how to take back? */
export function isKnownEntry(entry: string): boolean {
  return entry === cordonEntry || readMark(entry) !== undefined || isTaintEntry(entry);
}

/**
 * Takes these entries back and out of the record: each only where its value is still ours; what ours took the place of comes back. The taint
 * that mirrors a cordon stays as long as the node is cordoned: without us the node lifecycle controller would have set it.
 */
export function withoutEntries({ node, record }: Draft, leaving: ReadonlySet<string>): Draft {
  const going = record.added.filter((entry) => leaving.has(entry) && stands(entry, node));
  const { cordonedBy: _, ...uncordoned } = node;
  const base = going.includes(cordonEntry) ? { ...uncordoned, unschedulable: false } : node;
  const taints = new Set(going.filter((entry) => isTaintEntry(entry) && !(entry === mirrorEntry && base.unschedulable)));
  const marks = going.flatMap((entry) => readMark(entry) ?? []);
  const changed = (kind: "label" | "annotation"): StringMap =>
    marks
      .filter((mark) => mark.kind === kind)
      .reduce((map, { key }) => valued(map, key, formerValue(record, kind, key)), mapOf(node, kind));
  const after: NodeView = {
    ...base,
    taints: taints.size === 0 ? base.taints : base.taints.filter((taint) => !taints.has(taintEntry(taint))),
    labels: changed("label"),
    annotations: changed("annotation"),
  };
  const gone = record.added.filter((entry) => leaving.has(entry)).flatMap((entry) => readMark(entry) ?? []);
  const rest = gone.reduce((to, { kind, key }) => withFormer(to, kind, key, undefined), record);
  return { node: after, record: { ...rest, added: record.added.filter((entry) => !leaving.has(entry)) } };
}

export function mapOf(node: NodeView, kind: "label" | "annotation"): StringMap {
  return kind === "label" ? node.labels : node.annotations;
}

/** The same map with this value under the key, or without the key. */
export function valued(map: StringMap, key: string, value: string | undefined): StringMap {
  const { [key]: _, ...rest } = map;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/** The value that ours took the place of. */
function formerValue({ before }: HeldRecord, kind: "label" | "annotation", key: string): string | undefined {
  return before?.[`${kind}s`]?.[key];
}

/** Notes the value that ours takes the place of; undefined: there is none. */
export function withFormer(record: HeldRecord, kind: "label" | "annotation", key: string, value: string | undefined): HeldRecord {
  if (value === undefined && formerValue(record, kind, key) === undefined) return record;
  const { before: all, ...rest } = record;
  const { [`${kind}s` as const]: former = {}, ...others } = all ?? {};
  const values = valued(former, key, value);
  const before = { ...others, ...(Object.keys(values).length === 0 ? {} : { [`${kind}s`]: values }) };
  return Object.keys(before).length === 0 ? rest : { ...rest, before };
}

/** `record`: undefined, it goes; "unreadable", it is no record, and stays as it is. */
interface Result {
  readonly node: NodeView;
  readonly record: HeldRecord | "unreadable" | undefined;
}

/** What makes the node the one of the draft, under the version and the uid that were read; undefined where nothing is different. */
export function patchOf(seen: NodeView, { node, record }: Result): Patch | undefined {
  const labels = differences(seen.labels, node.labels);
  const annotations = differences(seen.annotations, node.annotations);
  const isRecorded = JSON.stringify(seen.held) === JSON.stringify(record);
  if (!isRecorded) annotations[heldAnnotation] = record === undefined ? null : JSON.stringify(record);
  const spec = {
    ...(seen.unschedulable === node.unschedulable ? {} : { unschedulable: node.unschedulable ? true : null }),
    ...(JSON.stringify(seen.taints) === JSON.stringify(node.taints)
      ? {}
      : { taints: node.taints.length === 0 ? null : taintsOf(node.taints) }),
  };
  const metadata = {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
  const isSame = Object.keys(spec).length === 0 && Object.keys(metadata).length === 0;
  if (isSame) return undefined;
  const { resourceVersion, uid } = seen;
  return {
    kind: "merge",
    body: { metadata: { resourceVersion, uid, ...metadata }, ...(Object.keys(spec).length === 0 ? {} : { spec }) },
  };
}

/** A list is one value to a merge patch: it takes the place of the whole list, which the resourceVersion beside it says to be the one read. */
function taintsOf(taints: readonly Taint[]): Json {
  return taints.map((taint) => ({ ...taint }));
}

function differences(was: StringMap, is: StringMap): Record<string, string | null> {
  const changed = Object.entries(is).filter(([key, value]) => was[key] !== value);
  const gone = Object.keys(was).filter((key) => is[key] === undefined);
  return Object.fromEntries([...changed, ...gone.map((key) => [key, null] as const)]);
}
