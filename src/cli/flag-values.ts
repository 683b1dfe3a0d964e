import type { Millis } from "../runtime/clock.ts";
import { type FlagName, flags } from "./flags.ts";
import { parseGoDuration, parseRequestTimeout } from "../kube/go-duration.ts";
import { type Given, parseGoBool, parseGoInt } from "./pflag.ts";
import { UsageError } from "./usage-error.ts";

/** Typed access to the flags as given; where one is given twice the last counts, as in pflag. */
export interface FlagValues {
  readonly given: readonly Given[];
  has(name: FlagName): boolean;
  on(name: FlagName): boolean;
  /** undefined where it was not given or is empty; else one of the flag's values, where it has a closed set. */
  text(name: FlagName): string | undefined;
  texts(name: FlagName): readonly string[];
  int(name: FlagName): number | undefined;
  millis(name: FlagName): Millis | undefined;
}

export function flagValues(given: readonly Given[]): FlagValues {
  const last = (name: FlagName): string | undefined => given.findLast((one) => one.name === name)?.value;
  return {
    given,
    has: (name) => given.some((one) => one.name === name),
    on: (name) => parseGoBool(last(name) ?? "false") ?? false,
    text: (name) => {
      const value = last(name);
      if (value === undefined || value === "") return undefined;
      checkValue(name, value);
      return value;
    },
    texts: (name) => {
      const values = given.filter((one) => one.name === name).map((one) => one.value);
      if (flags[name].type !== "list") return values;
      const items = values.flatMap((value) => value.split(",")).map((item) => item.trim());
      const named = items.filter((item) => item !== "");
      for (const item of named) checkValue(name, item);
      return [...new Set(named)];
    },
    int: (name) => {
      const value = last(name);
      return value === undefined ? undefined : parseGoInt(value);
    },
    millis: (name) => {
      const value = last(name);
      if (value === undefined) return undefined;
      const reading = flags[name].type === "request-timeout" ? parseRequestTimeout(value) : parseGoDuration(value);
      return reading.ok ? reading.millis : undefined;
    },
  };
}

function checkValue(name: FlagName, value: string): void {
  const { values } = flags[name];
  if (values === undefined || values.includes(value)) return;
  // kubectl's own words for the one closed set that it has.
  if (name === "dry-run") throw new UsageError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  throw new UsageError(`invalid value "${value}" for --${name}`, `it takes ${values.join(", ")}`);
}
