import type { ClusterView, PodView } from "../../cluster/view/cluster-view.ts";
import type { NodePlan, Plan } from "../../plan/plan.ts";
import type { Step } from "../../plan/step.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Placed } from "../room/places.ts";

/** What a drain of one node would do to people and workloads, by kind. */
export type DisturbancePart =
  | "cannot-go"
  | "sessions"
  | "lost"
  | "no-room"
  | "single-replicas"
  | "work-starts-over"
  | "budget-full"
  | "room-unknown"
  | "data-lost"
  | "volumes"
  | "minutes"
  | "pods";

/**
 * Points for one of each, so that what people feel outweighs what only takes time: a node with one person's session comes after one with a
 * hundred pods that nobody misses. The table stands in docs/commands/preview.md too.
 */
export const pointsFor: Readonly<Record<DisturbancePart, number>> = {
  "cannot-go": 1_000,
  sessions: 300,
  lost: 100,
  "no-room": 100,
  "single-replicas": 50,
  "work-starts-over": 30,
  "budget-full": 20,
  "room-unknown": 10,
  "data-lost": 10,
  volumes: 5,
  minutes: 1,
  pods: 1,
};

export interface Disturbance {
  /** Only what there is, the weightiest first. */
  readonly parts: readonly { readonly part: DisturbancePart; readonly count: number; readonly points: number }[];
  readonly points: number;
}

/** What was found out about places and replicas; absent where the cluster could not be surveyed. */
export interface Surveyed {
  readonly placed: readonly Placed[];
  readonly replicas: ReadonlyMap<string, number>;
}

/** No end in sight weighs as much as a long day of waiting. */
const longest: Millis = 8 * 3_600_000;

/** What is disturbed by draining the one node of this plan: counts of pods, and whole minutes of the predicted time. */
export function disturbanceOf(plan: Plan, view: ClusterView, surveyed: Surveyed | undefined): Disturbance {
  const steps = plan.nodes.flatMap((node) => node.steps).filter(({ stage }) => stage === "evacuate");
  const moving = steps.filter(({ action }) => action === "evict" || action === "delete");
  const pods = moving.flatMap((step): readonly (readonly [Step, PodView])[] => {
    const pod = view.pod(step.subject.uid);
    return pod === undefined ? [] : [[step, pod]];
  });
  const full = new Set(plan.budgets.flatMap(({ uid, disruptionsAllowed }) => (disruptionsAllowed === 0 ? [uid] : [])));
  const replicas = surveyed?.replicas;
  const isSingle = (pod: PodView): boolean => pod.controller !== undefined && replicas?.get(pod.controller.uid) === 1;
  const places = (kind: Placed["place"]["kind"]): number => surveyed?.placed.filter(({ place }) => place.kind === kind).length ?? 0;
  const counts: Readonly<Record<DisturbancePart, number>> = {
    "cannot-go": steps.filter((step) => step.action === "ask" && !isSession(step)).length,
    sessions: steps.filter(isSession).length,
    lost: moving.filter(({ consents }) => consents.includes("unmanaged")).length,
    "no-room": places("no-room"),
    "single-replicas": pods.filter(([, pod]) => isSingle(pod) && !pod.runsToCompletion).length,
    "work-starts-over": pods.filter(([step, pod]) => pod.runsToCompletion && step.reason.code !== "finished").length,
    "budget-full": moving.filter(({ budgets }) => budgets.some(({ uid }) => full.has(uid))).length,
    "room-unknown": places("unknown"),
    "data-lost": moving.filter(({ consents }) => consents.includes("emptydir")).length,
    volumes: pods.filter(([, pod]) => pod.claims.length > 0).length,
    minutes: Math.floor(Math.min(longest, timeOf(plan.nodes[0])) / 60_000),
    pods: moving.length,
  };
  const parts = (Object.keys(counts) as DisturbancePart[])
    .map((part) => ({ part, count: counts[part], points: counts[part] * pointsFor[part] }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.points - a.points);
  return { parts, points: parts.reduce((sum, { points }) => sum + points, 0) };
}

function timeOf(node: NodePlan | undefined): Millis {
  return node?.predicted.likely ?? 0;
}

/** Somebody sits in front of it. */
function isSession({ consents, action }: Step): boolean {
  return consents.includes("interactive") && action !== "stay";
}
