import { type Blocker, blockerOf } from "../../plan/finding.ts";
import type { Args, Step } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { DrainBlockerCode, DrainCode, TaintCode, VolumeCode } from "./codes.ts";

/** What every drain passes through. */
const ordinary: ReadonlySet<string> = new Set([
  "terminating",
  "arrival-quiet",
  "cordon-unconfirmed",
  "taint-unconfirmed",
  "awaiting-taint-eviction",
]);

/** A blocker of this craft, marked where it is ordinary. */
export function block(
  code: DrainBlockerCode | TaintCode | VolumeCode | "tolerates-for",
  step: Step<DrainCode>,
  since: Instant,
  args: Args,
  endsBy: Blocker["endsBy"],
): Blocker<DrainCode> {
  const base = blockerOf(step, code, args, since, endsBy);
  return ordinary.has(code) ? { ...base, ordinary: true } : base;
}
