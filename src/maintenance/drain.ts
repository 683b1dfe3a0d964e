import { dryRunDrain } from "./dry-run.ts";
import { runDrain } from "./drain-loop.ts";
import { look } from "./look.ts";
import type { Outcome } from "./outcome.ts";
import { checkRoom, required, roomBeside } from "./room/check.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/**
 * Empties nodes. In order: look, plan, judge (one fatal node of several: nothing is touched on any), cordon all, evict node after node
 * (or `parallel` at a time), verdict with proofs. Stopping it leaves the nodes as they are, and the outcome says how that is.
 */
export async function drain(s: Surroundings, o: DrainOptions): Promise<Outcome> {
  const seen = await look(s, o, o.dryRun === "client" ? "none" : "asked-for");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  s.observe({ kind: "planned", at: s.clock.now(), plan: seen.plan });
  if (seen.missing.length > 0) return { kind: "denied", missing: seen.missing };
  if (seen.refusals.length > 0) return { kind: "refused", plan: seen.plan, refusals: seen.refusals };
  if (o.requireRoom === true || o.dryRun !== "none") {
    const found = await unlessStopped(s, () => checkRoom(s, o, seen));
    if ("kind" in found) return found;
    if (o.requireRoom === true && found.length > 0) {
      return { kind: "refused", plan: seen.plan, refusals: required(found).map((finding) => ({ kind: "finding", finding })) };
    }
    for (const finding of found) s.observe({ kind: "finding", at: s.clock.now(), finding });
  }
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  if (o.dryRun !== "none") return await dryRunDrain(s, o, seen);
  if (o.requireRoom === true) return await runDrain(s, o, seen);
  await using room = roomBeside(s, o, seen);
  return await runDrain(room.surroundings, o, seen);
}
