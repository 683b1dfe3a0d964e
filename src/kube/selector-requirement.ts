import { faultsOfLabelKey, faultsOfLabelValue } from "./label-syntax.ts";
import type { StringMap } from "./object.ts";

export type SelectorOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

/** One condition of a selector; `values` is empty for `exists` and `!`, and has one member for all but `in` and `notin`. */
export interface SelectorRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** The faults of one requirement as apimachinery joins them, undefined when there are none. */
export function faultOfRequirement({ key, operator, values }: SelectorRequirement): string | undefined {
  const faults: string[] = [];
  const add = (path: string, bad: unknown, detail: string): void => {
    const fault = `${path}: Invalid value: ${JSON.stringify(bad)}: ${detail}`;
    if (!faults.includes(fault)) faults.push(fault);
  };
  const ofKey = faultsOfLabelKey(key);
  if (ofKey.length > 0) add("key", key, ofKey.join("; "));
  if ((operator === "in" || operator === "notin") && values.length === 0) {
    add("values", values, "for 'in', 'notin' operators, values set can't be empty");
  }
  if ((operator === "exists" || operator === "!") && values.length > 0) {
    add("values", values, "values set must be empty for exists and does not exist");
  }
  values.forEach((value, index) => {
    if ((operator === "gt" || operator === "lt") && integer(value) === undefined) {
      add(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer");
    }
  });
  values.forEach((value, index) => {
    const ofValue = faultsOfLabelValue(value);
    if (ofValue.length > 0) add(`values[${index}][${key}]`, value, ofValue.join("; "));
  });
  if (faults.length === 0) return undefined;
  return faults.length === 1 ? faults[0] : `[${faults.join(", ")}]`;
}

/** Whether an object with these labels meets the requirement. */
export function holds({ key, operator, values }: SelectorRequirement, labels: StringMap | undefined): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt": {
      const has = value === undefined ? undefined : integer(value);
      const bound = values[0] === undefined ? undefined : integer(values[0]);
      if (has === undefined || bound === undefined) return false;
      return operator === "gt" ? has > bound : has < bound;
    }
  }
}

/** A decimal number of 64 bits, as Go's ParseInt reads it. */
function integer(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const number = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(64, number) === number ? number : undefined;
}
