import type { Maintenance } from "../../api/maintenance.ts";
import { parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { durationText } from "../duration-text.ts";
import { dim, type Line, plain, type Span, strong } from "../line.ts";
import { barFor, fitted } from "../live/headline.ts";
import { count } from "../names.ts";
import { heldText } from "./follow-lines.ts";

/**
 * The lines of the live display while Maintenances are followed, one for each node where the terminal is wide enough: how far it is, since when
 * and for how long still. What is in the way has been said above.
 */
export function liveObjects(objects: readonly Maintenance[], now: Instant, cells = Number.POSITIVE_INFINITY): readonly Line[] {
  const width = Math.max(0, ...objects.map(({ spec }) => spec.nodeName.length));
  return objects.flatMap((object) => lineOf(object, strong(object.spec.nodeName.padEnd(width)), now, cells));
}

function lineOf(object: Maintenance, name: Span, now: Instant, cells: number): readonly Line[] {
  const { phase = "Pending", progress, startedAt } = object.status ?? {};
  const since = parseTime(startedAt);
  const elapsed = since === undefined ? [] : [durationText(now - since)];
  if (progress === undefined || progress.total === 0 || !countsPods(phase))
    return fitted([[name, plain(`  ${phase}`)], clock(elapsed)], cells);
  const { total, done, blocked, percent } = progress;
  const held = heldText(object.status ?? {});
  const eta = parseTime(progress.eta);
  const left =
    eta === undefined || blocked === progress.left ? [] : [eta > now ? `about ${durationText(eta - now)} left` : "longer than predicted"];
  // Then it takes some seconds more, and volumes perhaps minutes.
  const quiet = progress.left === 0 && phase === "Draining" ? ["watching that none follows"] : [];
  const states = [`${done} of ${count(total, "pod")} gone`, ...(held === "" ? [] : [held]), ...quiet].join(", ");
  return fitted([[name, ...barFor(percent, cells)], [plain(`  ${states}`)], clock([...elapsed, ...left])], cells);
}

function clock(parts: readonly string[]): Line {
  return parts.length === 0 ? [] : [dim(`  ${parts.join(", ")}`)];
}

/** Of the other phases the number of pods says nothing. */
function countsPods(phase: string): boolean {
  return phase === "Draining" || phase === "Blocked" || phase === "Paused";
}
