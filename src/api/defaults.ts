import type { DrainSpec, MaintenanceSpec } from "./maintenance.ts";

type Filled<T, K extends keyof T> = T & { readonly [F in K]-?: NonNullable<T[F]> };

type Checks = NonNullable<MaintenanceSpec["checks"]>;

export interface EffectiveDrain extends Filled<DrainSpec, "mode" | "rules" | "honor" | "allow"> {
  /** Where the mode uses one. */
  readonly taint?: NonNullable<DrainSpec["taint"]>;
  readonly timeouts: { readonly volumeDetach: string };
}

/** A spec with every default in its place. What stays absent has none: no reason, no deadline, no timeout. */
export interface EffectiveSpec
  extends Filled<
    Omit<MaintenanceSpec, "drain" | "checks">,
    "desired" | "paused" | "cancelled" | "powerOff" | "holdUntilReleased" | "onDelete" | "keepFromAutoscalers"
  > {
  readonly drain: EffectiveDrain;
  readonly checks: Filled<Checks, "ready" | "rebooted" | "daemonSets" | "allocatable" | "expressions">;
}

export const defaultAllow = ["unmanaged", "emptydir", "partial"] as const satisfies NonNullable<DrainSpec["allow"]>;

/** The taint of Run:ai's node maintenance. */
export const defaultTaint = { key: "runai", value: "drain", effect: "NoExecute" } as const satisfies DrainSpec["taint"];

export const defaultVolumeDetach = "2m";

/**
 * What a spec says once every default is filled in. The API server fills in `desired` alone: so whoever reads an object sees what was asked
 * for, and defaults that hang on other fields stay true when those change.
 */
export function effectiveSpec(spec: MaintenanceSpec): EffectiveSpec {
  const { powerOff = "None", holdUntilReleased = false, checks = {}, drain = {} } = spec;
  return {
    ...spec,
    desired: spec.desired ?? "Out",
    drain: effectiveDrain(drain),
    paused: spec.paused ?? false,
    cancelled: spec.cancelled ?? false,
    powerOff,
    checks: {
      ...checks,
      ready: checks.ready ?? true,
      rebooted: checks.rebooted ?? (powerOff === "Manual" ? "Required" : "Ignored"),
      daemonSets: checks.daemonSets ?? true,
      allocatable: checks.allocatable ?? true,
      expressions: checks.expressions ?? [],
    },
    holdUntilReleased,
    onDelete: spec.onDelete ?? (holdUntilReleased ? "KeepOut" : "Restore"),
    keepFromAutoscalers: spec.keepFromAutoscalers ?? true,
  };
}

function effectiveDrain(drain: DrainSpec): EffectiveDrain {
  const { mode = "Evict", taint, timeouts, ...rest } = drain;
  const usesTaint = mode === "Taint" || mode === "EvictThenTaint";
  return {
    ...rest,
    mode,
    ...(usesTaint ? { taint: taint ?? defaultTaint } : {}),
    rules: drain.rules ?? [],
    honor: drain.honor ?? [],
    timeouts: { volumeDetach: timeouts?.volumeDetach ?? defaultVolumeDetach },
    allow: drain.allow ?? [...defaultAllow],
  };
}
