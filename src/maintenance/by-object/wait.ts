import { Sources } from "../../cluster/live/sources.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { holdOf } from "../../cluster/view/node-hold.ts";
import { projectNode } from "../../cluster/view/project.ts";
import { escapeFieldValue } from "../../kube/field-selector.ts";
import { nodes } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import { createLatch } from "../../runtime/latch.ts";
import { chosenNames, readNodes } from "../choose-nodes.ts";
import type { NoLook } from "../look.ts";
import type { NodeChoice } from "../outcome.ts";
import { type PowerOffCheck, watchPowerOff } from "../power-off/check-power-off.ts";
import type { PowerOffCode } from "../power-off/codes.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import type { WaitGoal } from "./wait-goals.ts";

export interface WaitOptions {
  readonly choice: NodeChoice;
  readonly goal: WaitGoal;
  /** Absent: for ever. */
  readonly timeout?: Millis;
  readonly pageSize: number;
}

export interface WaitEnd {
  readonly node: string;
  readonly end: "met" | "timed-out" | "stopped";
  /** As it was seen last: "gone", not registered (any more); absent where nothing was seen yet. */
  readonly last?: NodeView | PowerOffCheck | "gone";
}

export type WaitOutcome = NoLook | { readonly kind: "waited"; readonly ends: readonly WaitEnd[] };

/** Waits by watching until it is true of every node; nothing is asked again and again. Changes nothing. */
export async function waitForNodes(s: Surroundings, o: WaitOptions): Promise<WaitOutcome> {
  const names = await unlessStopped(s, () => chosenNames(o.choice, undefined, s));
  if ("kind" in names) return names;
  const found = await unlessStopped(s, () => readNodes(names, s));
  if ("kind" in found) return found;
  using deadline = o.timeout === undefined ? undefined : s.clock.deadline(o.timeout, s.stop);
  const within: Surroundings = deadline === undefined ? s : { ...s, stop: deadline.signal };
  const ends = await Promise.all(names.map((node) => waitFor(within, s.stop, node, o)));
  const failed = ends.find((end) => "kind" in end);
  return failed !== undefined && "kind" in failed ? failed : { kind: "waited", ends: ends.filter((end) => "node" in end) };
}

async function waitFor(s: Surroundings, stop: AbortSignal, node: string, { goal, pageSize }: WaitOptions): Promise<WaitEnd | NoLook> {
  let last: WaitEnd["last"];
  const keep = (seen: NonNullable<WaitEnd["last"]>): void => {
    last = seen;
  };
  const result =
    goal === "ready" || goal === "in-service"
      ? await unlessStopped(s, () => watchNode(s, node, goal, keep))
      : await watchPowerOff(s, node, pageSize, (check) => {
          keep(check);
          return goal === "empty" ? isEmpty(check) : check.answer === "yes";
        });
  const seen = (): Pick<WaitEnd, "last"> => (last === undefined ? {} : { last });
  if (result === "met" || result.kind === "checked") return { node, end: "met", ...seen() };
  if (result.kind === "stopped-before") return { node, end: stop.aborted ? "stopped" : "timed-out", ...seen() };
  return result;
}

const ofEmptiness: readonly PowerOffCode[] = ["off-out-of-scheduling", "off-empty", "off-quiet"];

/** Nothing new comes, nothing is left that a drain would move, and none has followed for the time that a drain looks. */
function isEmpty({ conditions }: PowerOffCheck): boolean {
  return ofEmptiness.every((code) => conditions.some((one) => one.code === code && one.holds === "yes"));
}

export function isReached(node: NodeView, goal: "ready" | "in-service"): boolean {
  return node.ready && (goal === "ready" || holdOf(node) === undefined);
}

async function watchNode(
  s: Surroundings,
  name: string,
  goal: "ready" | "in-service",
  keep: (seen: NodeView | "gone") => void,
): Promise<"met" | Extract<NoLook, { readonly kind: "denied" }>> {
  const latch = createLatch();
  await using sources = new Sources({ api: s.api, clock: s.clock, random: s.random, signal: s.stop }, latch.set);
  s.stop.addEventListener("abort", latch.set, { once: true });
  const source = sources.add(nodes, { fieldSelector: `metadata.name=${escapeFieldValue(name)}` }, projectNode, {});
  source.synced.catch(() => {});
  const outcome = await source.reflector.firstOutcome;
  if (outcome !== "synced") {
    if ("failed" in outcome) throw outcome.failed;
    return {
      kind: "denied",
      missing: [{ verb: "watch", resource: "nodes", reason: outcome.denied.status?.message ?? outcome.denied.message }],
    };
  }
  for (;;) {
    s.stop.throwIfAborted();
    const node = source.store.byName(undefined, name)?.value;
    keep(node ?? "gone");
    if (node !== undefined && isReached(node, goal)) return "met";
    await latch.wait();
  }
}
