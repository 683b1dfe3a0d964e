import type { Maintenance } from "../../api/maintenance.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { NodeChoice } from "../outcome.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import { readChosen } from "./chosen-objects.ts";
import { isLeaseLost } from "./maintain.ts";
import { ObjectWatch } from "./object-watch.ts";
import type { ObjectEndKind, ObjectEvent, ObjectsOutcome } from "./outcome.ts";
import { writeWish } from "./write-wish.ts";

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
  const { names, selector } = o.choice;
  const chosen = { nodes: names, maintenances: [], ...(selector === undefined ? {} : { selector }) };
  const open = await unlessStopped(s, () => readChosen(s, chosen));
  if ("kind" in open) return open;
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  await using watch = o.follow ? new ObjectWatch(s) : undefined;
  const stopped = await unlessStopped(s, async () => await watch?.begin());
  if (stopped !== undefined) return stopped;
  const spec = { desired: "In", ...(o.release ? { holdUntilReleased: false } : {}) };
  const wish = { spec, watch, within: o.timeout, judge: endOfWayBack, report: o.report };
  return { kind: "followed", ends: await Promise.all(open.map((object) => writeWish(s, object, wish))) };
}

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
