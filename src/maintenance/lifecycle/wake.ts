import type { Instant } from "../../runtime/clock.ts";
import type { Facts } from "./facts.ts";
import { leaseAttempts, leaseAttemptsNow, leasePatience, leaseRetry, wants } from "./questions.ts";
import { baseOf, type LifecycleState } from "./state.ts";

/** By our own clock: when time alone changes what follows. What changes otherwise is seen. */
export function wakeAtOf(facts: Facts, state: LifecycleState): Instant | undefined {
  const ahead = timesOf(facts, state).filter((time) => time > facts.serverNow);
  return ahead.length === 0 ? undefined : facts.now + (Math.min(...ahead) - facts.serverNow);
}

/** By the server's clock. */
function timesOf(facts: Facts, state: LifecycleState): readonly Instant[] {
  const { object, lease } = facts;
  const want = wants(facts, state);
  if (want === "nothing") return sum(state.finishedAt, object.ttlAfterFinished);
  if (want === "undone") return object.deletedAt === undefined || lease.kind === "held" ? [] : [object.deletedAt + leasePatience];
  const attempts = leaseAttemptsNow(facts, state);
  return [
    ...(want === "out" ? sum(state.wayOutSince, object.timeout) : []),
    ...(want === "in" && baseOf(state) === "Returning" ? sum(state.checksSince, object.checksTimeout) : []),
    ...(attempts === 0 || attempts > leaseAttempts ? [] : sum(state.leaseLostSince, attempts * leaseRetry)),
  ];
}

function sum(since: Instant | undefined, span: number | undefined): readonly Instant[] {
  return since === undefined || span === undefined ? [] : [since + span];
}
