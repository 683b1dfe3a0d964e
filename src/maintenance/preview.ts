import { look } from "./look.ts";
import type { PreviewOutcome } from "./outcome.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/** What would happen to every pod of these nodes; changes nothing. The plan is the one that `drain` would begin with. */
export async function previewNodes(s: Surroundings, o: DrainOptions): Promise<PreviewOutcome> {
  const seen = await look(s, o, "none");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  return { kind: "previewed", plan: seen.plan, refusals: seen.refusals };
}
