import type { Blocker } from "../../plan/finding.ts";
import type { Args, Step } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { DrainBlockerCode, DrainCode } from "./codes.ts";

/** What every drain passes through. */
const ordinary: ReadonlySet<DrainBlockerCode> = new Set(["terminating", "arrival-quiet", "cordon-unconfirmed"]);

/** Why this step cannot go on now, since when, and whether waiting can end it. */
export function block(
  code: DrainBlockerCode,
  step: Step<DrainCode>,
  since: Instant,
  args: Args,
  endsBy: Blocker["endsBy"],
): Blocker<DrainCode> {
  const base = { code, node: step.node, object: step.subject, step: step.id, args, since, endsBy };
  return ordinary.has(code) ? { ...base, ordinary: true } : base;
}
