import { type EffectiveDrain, effectiveSpec } from "../api/defaults.ts";
import type { MaintenanceSpec } from "../api/maintenance.ts";
import { parseGoDuration } from "../kube/go-duration.ts";
import { faultsOfLabelKey, faultsOfLabelValue } from "../kube/label-syntax.ts";
import { allowable, type Consent } from "../plan/consent.ts";
import { marks, type PlanRequest } from "../plan/request.ts";
import type { Millis } from "../runtime/clock.ts";
import { readWishedRules } from "./rule-wishes.ts";
import type { SpecFault } from "./spec-fault.ts";

/** How a node is to be emptied: what a plan is made of, and what may be done of it. */
export interface DrainWishes {
  readonly request: Omit<PlanRequest, "nodes">;
  readonly allow: ReadonlySet<Consent>;
}

export type WishesReading =
  | { readonly kind: "read"; readonly wishes: DrainWishes }
  | { readonly kind: "invalid"; readonly faults: readonly [SpecFault, ...SpecFault[]] };

const drain = "spec.drain";

/**
 * The wishes of a Maintenance, with their defaults. The schema and its rules in CEL refuse most of what is reported here; an object may be
 * older than they are, and they cannot tell every faulty selector.
 */
export function readDrainWishes(spec: MaintenanceSpec): WishesReading {
  const effective = effectiveSpec(spec);
  const faults: SpecFault[] = [];
  const fault = (field: string, message: string): void => {
    faults.push({ field, message });
  };
  /** Grace periods and deadlines count in whole seconds on the server. */
  const time = (field: string, text: string | undefined, least: Millis, unit: Millis): Millis | undefined => {
    if (text === undefined) return undefined;
    const read = parseGoDuration(text);
    if (!read.ok) fault(field, `"${text}" is no duration: write one such as 90s or 2h30m`);
    else if (read.millis < least) fault(field, `must not be less than ${least / 1000}s`);
    else return Math.ceil(read.millis / unit) * unit;
    return undefined;
  };
  const wished = effective.drain;
  const grace = time(`${drain}.grace`, wished.grace, 0, 1000);
  const deadline = time(`${drain}.deadline`, wished.deadline, 1000, 1000);
  const taintAfter = time(`${drain}.taintAfter`, wished.taintAfter, 0, 1);
  const volumeDetachTimeout = time(`${drain}.timeouts.volumeDetach`, wished.timeouts.volumeDetach, 0, 1);
  const timeout = time("spec.timeout", spec.timeout, 0, 1);
  if (timeout !== undefined && deadline !== undefined && timeout > 0 && timeout <= deadline) {
    fault("spec.timeout", "ends the way out before spec.drain.deadline is reached: give it more time");
  }
  faults.push(...faultsOfMode(wished, spec.drain?.taint !== undefined));
  const rules = readWishedRules(wished.rules, `${drain}.rules`);
  faults.push(...rules.faults);
  const [first, ...others] = faults;
  if (first !== undefined) return { kind: "invalid", faults: [first, ...others] };
  const { mode, taint, order } = wished;
  const honor = marks.filter((mark) => wished.honor.includes(mark));
  return {
    kind: "read",
    wishes: {
      request: {
        mode,
        ...(taint === undefined ? {} : { taint: plainTaint(taint) }),
        ...(taintAfter === undefined ? {} : { taintAfter }),
        ...(rules.rules.length === 0 ? {} : { rules: rules.rules }),
        ...(order === undefined ? {} : { order }),
        ...(honor.length === 0 ? {} : { honor }),
        disableEviction: false,
        ...(grace === undefined ? {} : { grace }),
        ...(deadline === undefined ? {} : { deadline }),
        ...(volumeDetachTimeout === undefined ? {} : { volumeDetachTimeout }),
      },
      // DaemonSets stay: what `drain` needs --ignore-daemonsets for goes without saying here.
      allow: new Set<Consent>([...allowable.filter((consent) => wished.allow.some((given) => given === consent)), "daemonsets"]),
    },
  };
}

type Taint = NonNullable<EffectiveDrain["taint"]>;

function plainTaint({ key, value, effect }: Taint): NonNullable<PlanRequest["taint"]> {
  return { key, ...(value === undefined || value === "" ? {} : { value }), effect };
}

/** What does not go with the mode; the same things as `drydock drain` refuses. */
function faultsOfMode(wished: EffectiveDrain, namesTaint: boolean): readonly SpecFault[] {
  const { mode, taint, taintAfter, deadline } = wished;
  const faults: SpecFault[] = [];
  const refuse = (applies: boolean, name: keyof EffectiveDrain, message: string): void => {
    if (applies) faults.push({ field: `${drain}.${name}`, message });
  };
  const usesTaint = mode === "Taint" || mode === "EvictThenTaint";
  const inVain = "a taint takes no notice of it: leave it out, or evict (mode Evict)";
  refuse(usesTaint && wished.rules.length > 0, "rules", inVain);
  refuse(usesTaint && wished.honor.length > 0, "honor", inVain);
  refuse(usesTaint && wished.order !== undefined, "order", inVain);
  refuse(mode === "Taint" && wished.grace !== undefined, "grace", inVain);
  if (taint !== undefined) faults.push(...faultsOfTaint(taint));
  refuse(!usesTaint && namesTaint, "taint", "is for mode Taint and EvictThenTaint");
  refuse(mode !== "EvictThenTaint" && taintAfter !== undefined, "taintAfter", "is for mode EvictThenTaint");
  refuse(
    mode === "EvictThenTaint" && taintAfter === undefined,
    "taintAfter",
    "mode EvictThenTaint needs it: say when the evictions have had time enough, as in 30m",
  );
  if (deadline === undefined) return faults;
  refuse(mode === "CordonOnly", "deadline", "has nothing to delete with mode CordonOnly");
  refuse(mode === "Taint", "deadline", "goes with evictions; with mode Taint the cluster deletes the pods itself");
  refuse(
    !wished.allow.includes("budget-violation"),
    "allow",
    "a deadline deletes pods past their budgets: agree to it with budget-violation",
  );
  return faults;
}

function faultsOfTaint({ key, value = "", effect }: Taint): readonly SpecFault[] {
  const field = `${drain}.taint`;
  return [
    ...faultsOfLabelKey(key).map((message) => ({ field: `${field}.key`, message })),
    ...faultsOfLabelValue(value).map((message) => ({ field: `${field}.value`, message })),
    ...(effect === "NoExecute" ? [] : [{ field: `${field}.effect`, message: "only the effect NoExecute deletes pods" }]),
  ];
}
