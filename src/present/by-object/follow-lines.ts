import type { BlockerStatus, Maintenance, MaintenanceStatus, Phase } from "../../api/maintenance.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { bad, dim, type Line, plain, strong, warn } from "../line.ts";
import { someOf } from "../names.ts";

const shownCauses = 5;
/** What the cluster ends by itself is worth a line when it has lasted this long. */
const worthSaying: Millis = 10_000;

export interface FollowWords {
  /** The last words say the phase and its sentence. */
  readonly final: boolean;
  /** How many pods are gone is said here, and not in a live display. */
  readonly counts: boolean;
}

/** What a new state of a Maintenance says that the one before did not: its phase with its sentence, and how far it is. */
export function followLines(object: Maintenance, before: Maintenance | undefined, { final, counts }: FollowWords): readonly Line[] {
  const { spec, status } = object;
  const old = before?.status;
  if (status?.phase === undefined) return [];
  const node = strong(spec.nodeName);
  if (!final && (status.phase !== old?.phase || (isQuiet(status.phase) && status.message !== old.message)))
    return [[node, plain(`: ${status.phase}: ${status.message ?? ""}`)]];
  const { done, total, left } = status.progress ?? { done: 0, total: 0, left: 0 };
  if (!counts || total === 0 || (done === old?.progress?.done && total === old.progress.total)) return [];
  const held = heldText(status);
  return [[node, plain(`: ${done} of ${total} pods gone, ${left} left${held === "" ? "" : `: ${held}`}`)]];
}

/** "1 blocked, 3 waiting": of the pods that are left, how many only a person can let go, and how many the cluster will. */
export function heldText({ progress, blockers = [] }: MaintenanceStatus): string {
  const all = progress?.blocked ?? 0;
  const blocked = Math.min(all, new Set(blockers.flatMap(({ endsBy, object }) => (endsBy === "person" ? [object] : []))).size);
  const waiting = all - blocked;
  return [...(blocked === 0 ? [] : [`${blocked} blocked`]), ...(waiting === 0 ? [] : [`${waiting} waiting`])].join(", ");
}

/** The same for as long as it is in the way: the states of a budget that works follow each other, and are one cause to a reader. */
export function keyOf({ code, object, endsBy }: BlockerStatus): string {
  return `${endsBy === "cluster" && code.startsWith("budget-") ? "budget" : code} ${object}`;
}

/** When it is to be said: what a person must end, at once. */
export function dueAt({ endsBy, since }: BlockerStatus): Instant {
  return endsBy === "person" ? Number.NEGATIVE_INFINITY : (parseTime(since) ?? Number.NEGATIVE_INFINITY) + worthSaying;
}

/** What is in the way, alike ones together, each with the next step. `more`: where the rest can be seen. */
export function blockerLines(blockers: readonly BlockerStatus[], more: string): readonly Line[] {
  const groups = [...Map.groupBy(blockers, ({ endsBy, message, hint = "" }) => JSON.stringify([endsBy, message, hint])).values()];
  const hidden = groups.length - shownCauses;
  return [
    ...groups.slice(0, shownCauses).flatMap((alike): readonly Line[] => {
      const [first] = alike;
      if (first === undefined) return [];
      const { endsBy, message, hint = "" } = first;
      const names = someOf(alike.map(({ object }) => object.replace(/^Pod\//, "")));
      const head: Line = [endsBy === "person" ? bad("  blocked  ") : warn("  waiting  "), plain(`${names}: ${message}`)];
      return hint === "" ? [head] : [head, [dim(`           → ${hint}`)]];
    }),
    ...(hidden > 0 ? [[dim(`  … and ${hidden} more: ${more}`)]] : []),
  ];
}

/** While pods leave, the sentence counts them, and progress says that already. */
function isQuiet(phase: Phase): boolean {
  return phase !== "Draining" && phase !== "Blocked";
}
