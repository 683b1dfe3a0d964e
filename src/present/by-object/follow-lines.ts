import type { BlockerStatus, Maintenance, Phase } from "../../api/maintenance.ts";
import { dim, type Line, plain, strong, warn } from "../line.ts";

const shownBlockers = 5;

/**
 * What a new state of a Maintenance says that the one before did not: its phase with its sentence, how far it is, and what has come to
 * stand in its way. Nothing where that is all the same.
 *
 * @param final the last words say the phase and its sentence
 */
export function followLines(object: Maintenance, before: Maintenance | undefined, final = false): readonly Line[] {
  const { spec, status } = object;
  const old = before?.status;
  if (status?.phase === undefined) return [];
  const isNew = status.phase !== old?.phase || (isQuiet(status.phase) && status.message !== old.message);
  const { done, total, blocked, left } = status.progress ?? { done: 0, total: 0, blocked: 0, left: 0 };
  const hasMoved = total > 0 && (done !== old?.progress?.done || total !== old.progress.total);
  const told = new Set((old?.blockers ?? []).map(keyOf));
  const blockers = (status.blockers ?? []).filter((one) => !told.has(keyOf(one)));
  const lines: Line[] = [];
  if (isNew && !final) lines.push([strong(spec.nodeName), plain(`: ${status.phase}: ${status.message ?? ""}`)]);
  if (hasMoved) {
    const rest = blocked === 0 ? `${left} left` : `${left} left, of which ${blocked} blocked`;
    lines.push([strong(spec.nodeName), plain(`: ${done} of ${total} pods gone, ${rest}`)]);
  }
  lines.push(...blockers.slice(0, shownBlockers).flatMap((one) => blockerLines(one)));
  if (blockers.length > shownBlockers) lines.push([dim(`  … and ${blockers.length - shownBlockers} more: drydock why ${spec.nodeName}`)]);
  return lines;
}

/** What is in the way, and the next step. */
export function blockerLines({ object, message, endsBy, hint }: BlockerStatus): readonly Line[] {
  const head: Line = [warn(endsBy === "person" ? "  blocked" : "  waits"), plain(`: ${object}: ${message}`)];
  return hint === undefined || hint === "" ? [head] : [head, [dim(`    → ${hint}`)]];
}

/** While pods leave, the sentence counts them, and progress says that already. */
function isQuiet(phase: Phase): boolean {
  return phase !== "Draining" && phase !== "Blocked";
}

function keyOf({ code, object }: BlockerStatus): string {
  return `${code} ${object}`;
}
