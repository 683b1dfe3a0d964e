import { cordonEntry } from "../../src/cluster/view/held-entry.ts";
import { type HeldRecord, heldAnnotation, parseHeld } from "../../src/cluster/view/held-record.ts";
import type { ExecutionEvent } from "../../src/execution/event.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { Node } from "../../src/kube/node.ts";
import { mirrorAnnotation, type Pod } from "../../src/kube/pod.ts";
import type { Instant } from "../../src/runtime/clock.ts";
import { InvariantError } from "../../src/runtime/errors.ts";
import type { Entry, Recorder } from "../../src/simulator/record.ts";

/** Who the drains of the tests are, to the cluster. */
export const us = "jane";

/** What a drain of these nodes has broken, whatever it says of itself; empty where nothing. */
export function brokenBy(record: Recorder, drained: readonly string[]): readonly string[] {
  return [
    ...brokenByCalls(record, drained),
    ...record.entries.filter((entry) => entry.by === us).flatMap((entry) => brokenByEntry(entry, drained)),
  ];
}

function brokenByCalls({ calls, entries }: Recorder, drained: readonly string[]): readonly string[] {
  const nodeOf = new Map(entries.flatMap((entry) => (entry.kind === "Pod" ? [[entry.uid, nodeNameOf(entry)] as const] : [])));
  return calls
    .filter(({ by }) => by === us)
    .flatMap(({ verb, resource, name, uid }): string[] => {
      if (verb === "delete") return [`deleted ${resource}/${name}`];
      if (verb === "evict" && uid !== undefined && nodeOf.has(uid) && !drained.includes(nodeOf.get(uid) ?? ""))
        return [`evicted ${name} of another node`];
      if (verb === "patch" && !drained.includes(name ?? "")) return [`patched ${resource}/${name}`];
      return [];
    });
}

function brokenByEntry(entry: Entry, drained: readonly string[]): readonly string[] {
  if (entry.kind === "Node") return brokenOfNode(entry);
  if (entry.kind === "Pod" && !drained.includes(nodeNameOf(entry))) return [`touched pod ${entry.name} of ${nodeNameOf(entry)}`];
  return [];
}

function brokenOfNode({ name, before, after }: Entry): readonly string[] {
  if (before === undefined || after === undefined) return [`made or removed node ${name}`];
  const [was, is] = [before as Node, after as Node];
  const broken: string[] = [];
  if (was.spec?.unschedulable === true && is.spec?.unschedulable !== true) broken.push(`lifted the cordon of ${name}`);
  if (JSON.stringify(was.spec?.taints ?? []) !== JSON.stringify(is.spec?.taints ?? [])) broken.push(`changed taints of ${name}`);
  if (JSON.stringify(was.metadata.labels) !== JSON.stringify(is.metadata.labels)) broken.push(`changed labels of ${name}`);
  const held = recordOf(is);
  if (held === undefined) return [...broken, `cordoned ${name} without a record`];
  const isClaimed = held.added.includes(cordonEntry);
  const wasOurs = recordOf(was)?.added.includes(cordonEntry) === true;
  if (was.spec?.unschedulable === true && isClaimed && !wasOurs) broken.push(`claims the foreign cordon of ${name}`);
  if (held.nodeUID !== is.metadata.uid) broken.push(`wrote the record of another machine on ${name}`);
  return broken;
}

function recordOf(node: KubeObject): HeldRecord | undefined {
  const held = parseHeld(node.metadata.annotations?.[heldAnnotation]);
  return held === "unreadable" ? undefined : held;
}

function nodeNameOf({ before, after }: Entry): string {
  const pod = (after ?? before) as Pod | undefined;
  if (pod === undefined) throw new InvariantError("an entry without an object");
  return pod.spec.nodeName ?? "";
}

/** Verdicts of "drained, proven" that the record contradicts: a container of what had to go ran when its pod was removed, since we began. */
export function provenInVain(record: Recorder, events: readonly ExecutionEvent[]): readonly string[] {
  const began = new Map<string, Instant>();
  for (const { kind, by, name, at } of record.entries) if (kind === "Node" && by === us && !began.has(name)) began.set(name, at);
  return events.flatMap((event) => {
    if (event.kind !== "drained" || !event.proven) return [];
    const { node, at } = event;
    const left = record.entries.filter((entry) => entry.kind === "Pod" && entry.after === undefined && nodeNameOf(entry) === node);
    return left
      .filter(
        (entry) => entry.at >= (began.get(node) ?? 0) && entry.at <= at && isToGo(entry.before as Pod) && isRunning(entry.before as Pod),
      )
      .map((entry) => `${node} was called drained though ${entry.name} was removed while it ran`);
  });
}

/** Does a drain move it: neither a DaemonSet's pod nor a static one? */
export function isToGo({ metadata }: Pod): boolean {
  const isDaemon = metadata.ownerReferences?.some((owner) => owner.kind === "DaemonSet") ?? false;
  return !isDaemon && metadata.annotations?.[mirrorAnnotation] === undefined;
}

function isRunning({ status }: Pod): boolean {
  return status?.containerStatuses?.some((each) => each.state?.running !== undefined) ?? false;
}
