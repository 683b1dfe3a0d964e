import type { MaintenanceStatus } from "../../api/maintenance.ts";
import type { Force } from "../../execution/by-force.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { Facts } from "./facts.ts";
import { stampOf } from "./questions.ts";

export type ForcedStatus = NonNullable<MaintenanceStatus["forced"]>[number];

const mostNames = 250;

interface Use {
  readonly by: Force;
  /** "web/a"; undefined: of the node itself. */
  readonly pod: string | undefined;
  readonly at: Instant;
}

/** What went by force: all that was ever noted, and what this process has seen since. Seen again after a restart, a pod counts once. */
export function forcedOf(facts: Facts, before: readonly ForcedStatus[] = []): ForcedStatus[] {
  const used = usesOf(facts);
  const ways = [...new Set([...before.map(({ by }) => by), ...used.map(({ by }) => by)])].toSorted(compareText);
  return ways.map((by) =>
    merged(
      by,
      before.find((one) => one.by === by),
      used.filter((use) => use.by === by),
    ),
  );
}

function usesOf({ drain, now, serverNow }: Facts): readonly Use[] {
  const ahead = serverNow - now;
  const ofPods = (drain?.progress?.byForce ?? []).flatMap(({ pod, at, by }): Use[] =>
    by.map((one) => ({ by: one, pod: `${pod.namespace}/${pod.name}`, at: at + ahead })),
  );
  // Somebody has agreed that the last node of a role goes, and it was not refused: pods have left it.
  const isLast = drain?.findings.some(({ consent }) => consent === "last-of-role") === true && (drain.progress?.gone.length ?? 0) > 0;
  return isLast ? [...ofPods, { by: "last-of-role", pod: undefined, at: serverNow }] : ofPods;
}

function merged(by: string, before: ForcedStatus | undefined, used: readonly Use[]): ForcedStatus {
  const known = new Set(before?.pods);
  const fresh = [...new Set(used.flatMap(({ pod }) => (pod === undefined || known.has(pod) ? [] : [pod])))];
  if (before !== undefined && fresh.length === 0) return before;
  const pods = [...known, ...fresh];
  const times = used.map(({ at }) => formatTime(stampOf(at)));
  return {
    by,
    // Of those that stand in no list any more nobody can tell whether they were counted.
    count: Math.max(pods.length, before?.count ?? 0),
    ...(pods.length === 0 ? {} : { pods: pods.slice(0, mostNames) }),
    first: before?.first ?? earliest(times),
    last: latest(before?.last, times),
  };
}

function earliest(times: readonly string[]): string {
  return times.toSorted()[0] ?? "";
}

function latest(before: string | undefined, times: readonly string[]): string {
  return [...(before === undefined ? [] : [before]), ...times].toSorted().at(-1) ?? "";
}
