import { taintEntry } from "../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord, isInForce } from "../cluster/view/held-record.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { projectNode } from "../cluster/view/project.ts";
import type { Node, Taint } from "../kube/node.ts";
import type { Json } from "../kube/object.ts";
import type { JsonPatchOperation, Patch } from "../kube/patch.ts";
import { formatTaint, isExactTaint, isSameTaint, matchesPattern, type TaintChange, type TaintChanges } from "../kube/taint-spec.ts";
import { freshRecord, isTooLarge, joined } from "./hold.ts";

export interface TaintOrder {
  readonly changes: TaintChanges;
  /**
   * What a taint of the same key and effect means that is there already: "refuse" (kubectl's default), "overwrite", or "keep" the very same
   * one and refuse only another value.
   */
  readonly present: "refuse" | "overwrite" | "keep";
  /** Who asks. */
  readonly holder: Holder;
}

/** `names`: keys of taints that are there already and may not be overwritten, or the patterns of those to remove that are not there. */
export interface TaintFault {
  readonly kind: "refused";
  readonly code: "taint-present" | "taint-absent";
  readonly names: readonly string[];
}

export type TaintPlan =
  /** Nothing to write: the taints and the record are as asked. `foreign`: and the taint is somebody else's. */
  | { readonly kind: "held"; readonly change: TaintChange; readonly foreign: boolean }
  | { readonly kind: "patch"; readonly patch: Patch; readonly change: TaintChange; readonly already: boolean; readonly foreign: boolean }
  | TaintFault
  | { readonly kind: "refused"; readonly code: "record-unreadable" | "record-too-large"; readonly names: readonly [] };

/**
 * The one write that changes a node's taints, with our record of it. `spec.taints` is one value to the API server: whoever writes it writes
 * all of it. So the patch tests that the list, and the record, are still what was read, and a taint that somebody adds at the same moment
 * makes it fail instead of being erased (kubectl taint's own patch would erase it).
 */
export function planTaint(node: Node, { changes, present, holder }: TaintOrder): TaintPlan {
  const seen = projectNode(node);
  if (seen.held === "unreadable") return { kind: "refused", code: "record-unreadable", names: [] };
  const before = node.spec?.taints ?? [];
  const faults = faultsOf(before, changes, present);
  if (faults !== undefined) return faults;
  const after = changed(before, changes);
  const inForce = seen.held !== undefined && isInForce(seen.held, seen) ? seen.held : undefined;
  const record = recordAfter(inForce ?? freshRecord(seen, seen.held), before, after, changes.add, holder);
  const foreign = changes.add.length > 0 && changes.add.every((taint) => !(record?.added.includes(taintEntry(taint)) ?? false));
  const isSameList = JSON.stringify(after) === JSON.stringify(before);
  const held = node.metadata.annotations?.[heldAnnotation];
  // A void record of somebody's is left as it is by whoever has nothing to write down.
  const text = record === undefined ? (inForce === undefined ? held : undefined) : JSON.stringify(record);
  if (record !== undefined && isTooLarge(record)) return { kind: "refused", code: "record-too-large", names: [] };
  if (isSameList && JSON.stringify(record) === JSON.stringify(inForce))
    return { kind: "held", change: changeOf(before, changes, present), foreign };
  const operations = [test("/metadata/uid", node.metadata.uid), ...taintOperations(node, after), ...recordOperations(node, text)];
  return { kind: "patch", patch: { kind: "json", operations }, change: changeOf(before, changes, present), already: isSameList, foreign };
}

/** What forbids the change, in view of the taints that are there. */
export function faultsOf(before: readonly Taint[], { add, remove }: TaintChanges, present: TaintOrder["present"]): TaintFault | undefined {
  const inTheWay = add.filter((taint) =>
    before.some((other) => isSameTaint(other, taint) && (present === "refuse" || (present === "keep" && !isExactTaint(other, taint)))),
  );
  if (inTheWay.length > 0) return { kind: "refused", code: "taint-present", names: inTheWay.map(({ key }) => key) };
  const absent = remove.filter((pattern) => !before.some((taint) => matchesPattern(taint, pattern)));
  return absent.length === 0 ? undefined : { kind: "refused", code: "taint-absent", names: absent.map(formatTaint) };
}

function changed(before: readonly Taint[], { add, remove }: TaintChanges): readonly Taint[] {
  const kept = before.filter((taint) => !remove.some((pattern) => matchesPattern(taint, pattern)));
  const updated = kept.map((taint) => {
    const wanted = add.find((other) => isSameTaint(other, taint));
    return wanted === undefined || isExactTaint(wanted, taint) ? taint : wanted;
  });
  return [...updated, ...add.filter((taint) => !kept.some((other) => isSameTaint(other, taint)))];
}

/**
 * Only NoExecute takes a node out of service, so only that is written down. A taint that was there before us is foreign and never in `added`.
 * undefined: nothing is left to be written down.
 */
function recordAfter(
  record: HeldRecord,
  before: readonly Taint[],
  after: readonly Taint[],
  add: readonly Taint[],
  holder: Holder,
): HeldRecord | undefined {
  const was = new Set(before.map(taintEntry));
  const is = new Set(after.map(taintEntry));
  const felt = add.filter((taint) => taint.effect === "NoExecute");
  const fresh = felt.filter((taint) => !was.has(taintEntry(taint)));
  const added = [...record.added.filter((entry) => !was.has(entry) || is.has(entry)), ...fresh.map(taintEntry)];
  const holders = record.holders.map((one) => withoutTaints(one, (text) => after.some((taint) => formatTaint(taint) === text)));
  const isHeldBy = felt.length > 0;
  const ours = felt.filter((taint) => added.includes(taintEntry(taint)));
  const next = isHeldBy ? joined({ ...record, added, holders }, withTaints(holder, ours)) : { ...record, added, holders };
  return next.added.length === 0 && next.undo.length === 0 && !next.wasCordoned && !isHeldBy ? undefined : next;
}

function withTaints(holder: Holder, taints: readonly Taint[]): Holder {
  return taints.length === 0 ? holder : { ...holder, taints: taints.map(formatTaint) };
}

function withoutTaints(holder: Holder, isThere: (text: string) => boolean): Holder {
  const { taints, ...rest } = holder;
  const left = taints?.filter(isThere) ?? [];
  return left.length === 0 ? rest : { ...rest, taints: left };
}

/** As kubectl names it (pkg/cmd/taint, reorganizeTaints). */
function changeOf(before: readonly Taint[], { add, remove }: TaintChanges, present: TaintOrder["present"]): TaintChange {
  const isAdding = add.some((taint) => !before.some((other) => isSameTaint(other, taint)));
  if (present === "overwrite" || (isAdding && remove.length > 0)) return "modified";
  return isAdding || remove.length === 0 ? "tainted" : "untainted";
}

function taintOperations({ spec }: Node, after: readonly Taint[]): readonly JsonPatchOperation[] {
  const path = "/spec/taints";
  const unchanged = test(path, (spec?.taints as Json | undefined) ?? null);
  if (after.length > 0) return [unchanged, { op: "add", path, value: after as unknown as Json }];
  return spec?.taints === undefined ? [unchanged] : [unchanged, { op: "remove", path }];
}

function recordOperations({ metadata }: Node, text: string | undefined): readonly JsonPatchOperation[] {
  const all = "/metadata/annotations";
  if (metadata.annotations === undefined) {
    return text === undefined ? [] : [test(all, null), { op: "add", path: all, value: { [heldAnnotation]: text } }];
  }
  const path = `${all}/${heldAnnotation.replaceAll("/", "~1")}`;
  const before = metadata.annotations[heldAnnotation];
  const unchanged = test(path, before ?? null);
  if (text !== undefined) return [unchanged, { op: "add", path, value: text }];
  return before === undefined ? [unchanged] : [unchanged, { op: "remove", path }];
}

/** Of a member that is missing the API server's library says that it is null. */
function test(path: string, value: Json): JsonPatchOperation {
  return { op: "test", path, value };
}
