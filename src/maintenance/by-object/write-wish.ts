import { type Maintenance, maintenances } from "../../api/maintenance.ts";
import type { Written } from "../../client/kube-api.ts";
import type { Json } from "../../kube/object.ts";
import { ownFieldManager } from "../../kube/patch.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Surroundings } from "../work.ts";
import { notAccepted } from "./maintenances.ts";
import type { ObjectWatch } from "./object-watch.ts";
import type { ObjectEnd, ObjectEndKind, ObjectEvent } from "./outcome.ts";

export interface Wish {
  /** What is to stand in its spec, merged into what is there. */
  readonly spec: { readonly [field: string]: Json };
  /** Absent: it is written and not followed. */
  readonly watch: ObjectWatch | undefined;
  /** At most so long is followed; what was wished for goes on. */
  readonly within: Millis | undefined;
  /** undefined: not answered yet. */
  readonly judge: (seen: Maintenance) => ObjectEndKind | undefined;
  readonly report: (event: ObjectEvent) => void;
}

/** Writes a wish into an object's spec, and follows until the operator has answered it. */
export async function writeWish(s: Surroundings, before: Maintenance, { spec, watch, within, judge, report }: Wish): Promise<ObjectEnd> {
  const { name } = before.metadata;
  const node = before.spec.nodeName;
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
  report({ kind: "changed", object, warnings });
  if (watch === undefined) return { node, name, end: "not-followed", object };
  const result = await watch.follow(object, judge, { report, ...(within === undefined ? {} : { within }) });
  return {
    node,
    name,
    end: result.kind === "judged" ? result.end : endsUnjudged[result.kind],
    ...(result.kind === "deleted" || result.object === undefined ? {} : { object: result.object }),
  };
}

const endsUnjudged = { deleted: "overruled", stopped: "left", "timed-out": "timed-out" } as const satisfies Record<string, ObjectEndKind>;
