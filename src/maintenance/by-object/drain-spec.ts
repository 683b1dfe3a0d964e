import type { DrainSpec } from "../../api/maintenance.ts";
import { defaultAllow } from "../../api/defaults.ts";
import { allowable, type Consent } from "../../plan/consent.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { DrainOptions } from "../work.ts";

/** What a Maintenance agrees to without being told to, and what is given beside it. DaemonSets stay. */
export function consentsOfMaintenance(given: Iterable<Consent>): ReadonlySet<Consent> {
  return new Set<Consent>([...defaultAllow, ...given, "daemonsets"]);
}

/** The same wishes as a spec, which says only what differs from its defaults: what `readDrainWishes` reads again. */
export function drainSpecOf({ request, allow }: Pick<DrainOptions, "request" | "allow">): DrainSpec {
  const { mode, taint, taintAfter, rules, order, honor, grace, deadline, volumeDetachTimeout } = request;
  const consents = allowable.filter((consent) => allow.has(consent)) as NonNullable<DrainSpec["allow"]>;
  const isDefault = consents.length === defaultAllow.length && defaultAllow.every((one) => consents.includes(one));
  return {
    ...(mode === "Evict" ? {} : { mode }),
    ...(taint === undefined ? {} : { taint: taintOf(taint) }),
    ...(taintAfter === undefined ? {} : { taintAfter: durationOf(taintAfter) }),
    ...(rules === undefined || rules.length === 0 ? {} : { rules: structuredClone(rules) as NonNullable<DrainSpec["rules"]> }),
    ...(order === undefined ? {} : { order }),
    ...(honor === undefined || honor.length === 0 ? {} : { honor: [...honor] }),
    ...(grace === undefined ? {} : { grace: durationOf(grace) }),
    ...(volumeDetachTimeout === undefined ? {} : { timeouts: { volumeDetach: durationOf(volumeDetachTimeout) } }),
    ...(deadline === undefined ? {} : { deadline: durationOf(deadline) }),
    ...(isDefault ? {} : { allow: consents }),
  };
}

/** As a spec takes it, exactly: "2h30m", "90s", "1500ms". */
export function durationOf(millis: Millis): string {
  if (millis % 1_000 !== 0) return `${Math.round(millis)}ms`;
  const seconds = millis / 1_000;
  if (seconds === 0) return "0s";
  const parts = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([n, unit]) => (n === 0 ? [] : [`${n}${unit}`])).join("");
}

function taintOf({ key, value }: NonNullable<PlanRequest["taint"]>): NonNullable<DrainSpec["taint"]> {
  return { key, ...(value === undefined ? {} : { value }), effect: "NoExecute" };
}
