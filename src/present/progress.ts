import type { ExecutionEvent } from "../execution/event.ts";
import type { PodRef } from "../plan/refs.ts";
import type { Blocker } from "../plan/finding.ts";
import { restOf } from "../plan/range.ts";
import type { Action, Range, Step } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";
import { nameOf } from "./names.ts";

/**
 * Where a pod of the plan is: "waiting" for its turn, "asked" (a request is under way), "leaving" (the server has marked it), "gone", or "kept"
 * (a person must act; it is not counted as to go).
 */
export type PodState = "waiting" | "asked" | "leaving" | "gone" | "kept";

export interface PodProgress {
  readonly name: string;
  readonly namespace: string;
  readonly state: PodState;
  /** Those over it, by the plan: "shop/web". */
  readonly budgets: readonly string[];
  /** When this state began. */
  readonly since: Instant;
}

export interface NodeProgress {
  readonly node: string;
  readonly state: "planned" | "cordoned" | "drained" | "failed";
  /** The code of a failure. */
  readonly failure: string | undefined;
  readonly proven: boolean;
  readonly pods: ReadonlyMap<string, PodProgress>;
  /** By step and code. */
  readonly blockers: ReadonlyMap<string, Blocker>;
  /** When its first pod was asked to go or found waiting. All nodes are cordoned first: until then this one waits for its turn. */
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly predicted: Range | undefined;
  /** What remained when it was last told. */
  readonly forecast?: { readonly at: Instant; readonly remaining: Range };
}

/** All that a live display needs to know. */
export interface Progress {
  /** In the order of the plan. */
  readonly nodes: ReadonlyMap<string, NodeProgress>;
}

export const noProgress: Progress = { nodes: new Map() };

/** Pure: the same events in the same order give the same progress. */
export function observe(progress: Progress, event: ExecutionEvent): Progress {
  switch (event.kind) {
    case "planned":
      return event.plan.nodes.reduce(
        (next, { node, steps, predicted }) =>
          changeNode(next, node, (known) => ({ ...known, predicted, pods: new Map(steps.flatMap((step) => trackedPod(step, event.at))) })),
        progress,
      );
    case "cordoned":
    case "tainted":
      return changeNode(progress, event.node, (known) => ({ ...known, state: "cordoned" }));
    case "started":
      return changePod(progress, event, "asked");
    case "accepted":
      return changePod(progress, event, "leaving");
    case "refused":
      return changePod(progress, event, "waiting");
    case "forced":
      return changePod(progress, event, "leaving");
    case "deadline":
      return progress;
    case "gone":
      return changePod(progress, event, "gone");
    case "blocked":
      return changeNode(progress, event.blocker.node, (known) => ({
        ...known,
        startedAt: isAboutCordon(event.blocker) ? known.startedAt : (known.startedAt ?? event.at),
        blockers: new Map(known.blockers).set(blockerKey(event.blocker), event.blocker),
      }));
    case "unblocked":
      return changeNode(progress, event.blocker.node, (known) => ({
        ...known,
        blockers: without(known.blockers, blockerKey(event.blocker)),
      }));
    case "replanned":
      return replanned(progress, event);
    case "drained":
      return changeNode(progress, event.node, (known) => ({
        ...known,
        state: "drained",
        proven: event.proven,
        endedAt: event.at,
        blockers: new Map(),
      }));
    case "node-failed":
      return changeNode(progress, event.node, (known) => ({ ...known, state: "failed", failure: event.code, endedAt: event.at }));
    case "forecast":
      return event.nodes.reduce(
        (next, { node, remaining: range }) =>
          next.nodes.has(node) ? changeNode(next, node, (known) => ({ ...known, forecast: { at: event.at, remaining: range } })) : next,
        progress,
      );
    case "recordoned":
    case "uncordoned":
    case "server-lost":
    case "server-back":
    case "finding":
      return progress;
  }
}

/** Pods that the plan moves, how many of them are in each state, and how far that is. */
export interface Totals {
  readonly toGo: number;
  readonly gone: number;
  readonly asked: number;
  readonly leaving: number;
  readonly waiting: number;
  readonly kept: number;
  readonly percent: number;
}

/** A node's progress is never changed in place, and a display asks for its totals several times in each of its frames. */
const counted = new WeakMap<NodeProgress, Totals>();

export function totals(node: NodeProgress): Totals {
  const known = counted.get(node);
  if (known !== undefined) return known;
  const of: Record<PodState, number> = { waiting: 0, asked: 0, leaving: 0, gone: 0, kept: 0 };
  for (const { state } of node.pods.values()) of[state] += 1;
  const toGo = node.pods.size - of.kept;
  const percent = node.state === "drained" || toGo === 0 ? 100 : Math.floor((100 * of.gone) / toGo);
  const { asked, leaving, waiting, kept, gone } = of;
  const fresh = { toGo, gone, asked, leaving, waiting, kept, percent };
  counted.set(node, fresh);
  return fresh;
}

/**
 * What remains, by the last forecast or else by the prediction: "overdue" when even its far end has passed, "stuck" when all that is left
 * waits for a person, undefined where nothing is predicted or the node has not begun.
 */
export function remaining(node: NodeProgress, now: Instant): Range | "overdue" | "stuck" | undefined {
  if (node.startedAt === undefined || node.predicted === undefined || node.state !== "cordoned") return undefined;
  const { toGo, gone } = totals(node);
  const blockedForGood = new Set(
    [...node.blockers.values()].filter((blocker) => blocker.endsBy === "person").map((blocker) => blocker.object.uid),
  );
  const left = [...node.pods].filter(([, pod]) => pod.state !== "gone");
  if (left.length > 0 && left.every(([uid, pod]) => pod.state === "kept" || blockedForGood.has(uid))) return "stuck";
  const { at, remaining: range } = node.forecast ?? { at: node.startedAt, remaining: node.predicted };
  const elapsed = now - at;
  if (elapsed > range.high && gone < toGo) return "overdue";
  return restOf(range, elapsed);
}

const goes: readonly Action[] = ["evict", "delete", "migrate", "wait"];

function trackedPod(step: Step, at: Instant): readonly (readonly [string, PodProgress])[] {
  if (step.subject.kind !== "Pod" || !(goes.includes(step.action) || step.action === "ask")) return [];
  const state = step.action === "ask" ? "kept" : step.action === "wait" ? "leaving" : "waiting";
  const { uid, name, namespace = "" } = step.subject;
  return [[uid, { name, namespace, state, budgets: step.budgets.map(nameOf), since: at }]];
}

function replanned(progress: Progress, event: Extract<ExecutionEvent, { kind: "replanned" }>): Progress {
  const { uid, name, namespace = "" } = event.subject;
  if (event.subject.kind !== "Pod" || uid === undefined) return progress;
  return changeNode(progress, event.node, (known) => {
    // A decision reads "action/reason code".
    const action = event.to?.split("/")[0];
    if (action === undefined || action === "stay") return { ...known, pods: without(known.pods, uid) };
    const state = action === "ask" ? "kept" : action === "wait" ? "leaving" : "waiting";
    const before = known.pods.get(uid);
    if (before !== undefined && before.state !== "kept" && state === "waiting") return known;
    return { ...known, pods: new Map(known.pods).set(uid, { name, namespace, state, budgets: before?.budgets ?? [], since: event.at }) };
  });
}

function changePod(
  progress: Progress,
  event: { readonly at: Instant; readonly node: string; readonly pod: PodRef },
  state: PodState,
): Progress {
  return changeNode(progress, event.node, (known) => {
    const { uid, namespace, name } = event.pod;
    return {
      ...known,
      startedAt: known.startedAt ?? event.at,
      pods: new Map(known.pods).set(uid, { namespace, name, state, budgets: known.pods.get(uid)?.budgets ?? [], since: event.at }),
      blockers: state === "gone" ? new Map([...known.blockers].filter(([, blocker]) => blocker.object.uid !== uid)) : known.blockers,
    };
  });
}

function changeNode(progress: Progress, node: string, change: (known: NodeProgress) => NodeProgress): Progress {
  return { ...progress, nodes: new Map(progress.nodes).set(node, change(progress.nodes.get(node) ?? newNode(node))) };
}

function newNode(node: string): NodeProgress {
  return {
    node,
    state: "planned",
    failure: undefined,
    proven: true,
    pods: new Map(),
    blockers: new Map(),
    startedAt: undefined,
    endedAt: undefined,
    predicted: undefined,
  };
}

function isAboutCordon({ step }: Blocker): boolean {
  return step.split("/")[1] === "cordon";
}

function blockerKey({ step, code }: Blocker): string {
  return `${step} ${code}`;
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
