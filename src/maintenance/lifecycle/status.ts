import type { MaintenanceStatus } from "../../api/maintenance.ts";
import { jsonEquals } from "../../kube/json-equal.ts";
import type { Json } from "../../kube/object.ts";
import { formatTime } from "../../kube/time.ts";
import { type ConditionType, conditionsOf } from "./conditions.ts";
import { blockersOf, progressOf, proofsOf } from "./drain-status.ts";
import type { Facts } from "./facts.ts";
import { forcedOf } from "./forced-status.ts";
import { sentenceOf } from "./phrases.ts";
import type { Advanced } from "./state.ts";
import { statePartOf } from "./stored.ts";

const types: readonly ConditionType[] = ["OutOfService", "Empty", "PowerOffSafe", "Blocked", "LeaseHeld", "Returned"];

/** The status of a Maintenance; undefined where `before` says it all already. */
export function maintenanceStatusOf(
  facts: Facts,
  { state, because }: Pick<Advanced, "state" | "because">,
  before: MaintenanceStatus | undefined,
): MaintenanceStatus | undefined {
  const progress = progressOf(facts, state, before?.progress);
  const blockers = blockersOf(facts, state, before?.blockers);
  const proofs = proofsOf(facts, state, before?.proofs);
  const forced = forcedOf(facts, before?.forced);
  const status: MaintenanceStatus = {
    ...statePartOf(state, before?.steps),
    message: sentenceOf(facts, state, because),
    observedGeneration: facts.object.generation,
    conditions: conditionsOf({ facts, state, because }, types, before?.conditions),
    ...(progress === undefined ? {} : { progress }),
    ...(blockers.length === 0 ? {} : { blockers }),
    ...(proofs.length === 0 ? {} : { proofs }),
    ...(forced.length === 0 ? {} : { forced }),
  };
  return isSameStatus(status, before) ? undefined : { ...status, lastUpdate: formatTime(facts.serverNow) };
}

/** Do both say the same? When it was written is no part of what it says. */
export function isSameStatus(a: object, b: object | undefined): boolean {
  return b !== undefined && jsonEquals(said(a), said(b));
}

function said(status: object): Json {
  const { lastUpdate: _, ...rest } = status as { readonly lastUpdate?: string };
  return rest as Json;
}
