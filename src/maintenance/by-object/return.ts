import { type Maintenance, maintenances } from "../../api/maintenance.ts";
import type { Written } from "../../client/kube-api.ts";
import { ownFieldManager } from "../../kube/patch.ts";
import type { Millis } from "../../runtime/clock.ts";
import { chosenNames } from "../choose-nodes.ts";
import type { NodeChoice } from "../outcome.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import { isLeaseLost } from "./maintain.ts";
import { listMaintenances, notAccepted, openOn } from "./maintenances.ts";
import { ObjectWatch } from "./object-watch.ts";
import type { ObjectEnd, ObjectEndKind, ObjectEvent, ObjectsOutcome } from "./outcome.ts";

export interface ReturnOptions {
  readonly choice: NodeChoice;
  /** Release the hold too: a person says that the node may come back. */
  readonly release: boolean;
  readonly follow: boolean;
  /** At most so long is followed; what was asked for goes on. */
  readonly timeout?: Millis;
  readonly report: (event: ObjectEvent) => void;
}

/**
 * Wants the nodes in, by their Maintenances, and follows until each is back, or waits for a person. Nodes without one are named, and then
 * nothing is written for any.
 */
export async function returnNodes(s: Surroundings, o: ReturnOptions): Promise<ObjectsOutcome> {
  const open = await unlessStopped(s, () => readOpen(s, o.choice));
  if ("kind" in open) return open;
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  await using watch = new ObjectWatch(s);
  const stopped = await unlessStopped(s, () => watch.begin());
  if (stopped !== undefined) return stopped;
  return { kind: "followed", ends: await Promise.all(open.map((object) => returned(s, o, object, watch))) };
}

/** Which of the nodes have a Maintenance that is not over, and which have none. */
export async function readOpen(
  s: Surroundings,
  choice: NodeChoice,
): Promise<readonly Maintenance[] | Exclude<ObjectsOutcome, { kind: "followed" }>> {
  const names = await chosenNames(choice, undefined, s);
  if ("kind" in names) return names;
  const all = await listMaintenances(s);
  const found = names.map((node) => openOn(all, node));
  const targets = names.filter((_, i) => found[i] === undefined);
  return targets.length > 0
    ? { kind: "not-in-maintenance", targets, all: targets.length === names.length }
    : found.filter((object) => object !== undefined);
}

async function returned(s: Surroundings, o: ReturnOptions, before: Maintenance, watch: ObjectWatch): Promise<ObjectEnd> {
  const { name } = before.metadata;
  const node = before.spec.nodeName;
  const spec = { desired: "In", ...(o.release ? { holdUntilReleased: false } : {}) };
  let answer: Written<Maintenance>;
  try {
    const call = { signal: s.stop, lane: "control" } as const;
    answer = await s.api.patch(maintenances, { name }, { kind: "merge", body: { spec } }, { fieldManager: ownFieldManager }, call);
  } catch (error) {
    // Nobody has the answer: it may have been written.
    if (s.stop.aborted) return { node, name, end: "left" };
    const refusal = notAccepted(node, error);
    if (refusal === undefined) throw error;
    return { node, name, end: "refused", object: before, message: refusal.message };
  }
  const { object, warnings } = answer;
  o.report({ kind: "changed", object, warnings });
  if (!o.follow) return { node, name, end: "not-followed", object };
  const within = o.timeout === undefined ? {} : { within: o.timeout };
  const result = await watch.follow(object, endOfWayBack, { report: o.report, ...within });
  return {
    node,
    name,
    end: result.kind === "judged" ? result.end : endsUnjudged[result.kind],
    ...(result.kind === "deleted" || result.object === undefined ? {} : { object: result.object }),
  };
}

const endsUnjudged = { deleted: "overruled", stopped: "left", "timed-out": "timed-out" } as const satisfies Record<string, ObjectEndKind>;

/** Where a way back ends, for the one who waits for it. Only what answers this very spec is looked at. */
export function endOfWayBack({ metadata, spec, status }: Maintenance): ObjectEndKind | undefined {
  if (status?.phase === "Finished") return "reached";
  if (metadata.deletionTimestamp !== undefined || spec.cancelled === true) return undefined;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return undefined;
  switch (status?.phase) {
    case "AwaitingRelease":
      // Until a node is registered again nobody can release it: that is waited for.
      return status.conditions?.some(({ type, reason }) => type === "Returned" && reason === "AwaitingRelease") ? "held" : undefined;
    case "Failed":
      return spec.checks?.timeout !== undefined && !isLeaseLost(status.conditions) ? "timed-out" : "failed";
    default:
      return undefined;
  }
}
