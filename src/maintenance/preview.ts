import { fixesOf } from "./fixes.ts";
import { look } from "./look.ts";
import type { PreviewOutcome } from "./outcome.ts";
import { checkRoom, required } from "./room/check.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { PreviewWishes, Surroundings } from "./work.ts";

/**
 * What would happen to every pod of these nodes; changes nothing. The plan is the one that `drain` would begin with, and beside it whether
 * there is room elsewhere, which is no part of its identity.
 */
export async function previewNodes(s: Surroundings, o: PreviewWishes): Promise<PreviewOutcome> {
  const seen = await look(s, o, "none");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  const room = await unlessStopped(s, () => checkRoom(s, o, seen));
  if ("kind" in room) return room;
  const findings = o.requireRoom === true ? required(room) : room;
  const refusals = findings.filter(({ severity }) => severity === "fatal").map((finding) => ({ kind: "finding" as const, finding }));
  const plan = { ...seen.plan, findings: [...seen.plan.findings, ...findings] };
  const fixes = o.fixes === true ? { fixes: fixesOf(seen.live.view(), plan.request, { parallel: o.parallel }) } : {};
  return { kind: "previewed", plan, refusals: [...seen.refusals, ...refusals], ...fixes };
}
