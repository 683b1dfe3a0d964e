import { faultsOfLabelKey, faultsOfLabelValue } from "./label-syntax.ts";
import type { Taint } from "./node.ts";

/** What is to be added to and removed from a node's taints. A removal without an effect is for every effect of its key. */
export interface TaintChanges {
  readonly add: readonly Taint[];
  readonly remove: readonly TaintPattern[];
}

export interface TaintPattern {
  readonly key: string;
  readonly effect?: string;
}

/** kubectl's three words for what became of a node's taints. */
export type TaintChange = "tainted" | "untainted" | "modified";

export type TaintReading = { readonly ok: true; readonly changes: TaintChanges } | { readonly ok: false; readonly message: string };

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** "runai=drain:NoExecute", as kubectl writes a taint; of a removal "runai:NoExecute" or "runai". */
export function formatTaint({ key, value = "", effect = "" }: TaintPattern & { readonly value?: string }): string {
  return `${key}${value === "" ? "" : `=${value}`}${effect === "" ? "" : `:${effect}`}`;
}

/** Two of one key and effect cannot stand on one node: the API server tells taints apart by these alone. */
export function isSameTaint(a: TaintPattern, b: TaintPattern): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** The very taint, value included. */
export function isExactTaint(a: Taint, b: Taint): boolean {
  return isSameTaint(a, b) && (a.value ?? "") === (b.value ?? "");
}

export function matchesPattern(taint: Taint, { key, effect }: TaintPattern): boolean {
  return taint.key === key && (effect === undefined || taint.effect === effect);
}

/** Is this argument of `taint` a change (and not a node)? kubectl pkg/cmd/taint, Complete. */
export function isTaintArgument(word: string): boolean {
  return word.includes("=") || word.includes(":") || word.endsWith("-");
}

/** `key=value:effect`, `key:effect`, and, to remove, `key:effect-`, `key-`; what is wrong in kubectl's words (pkg/cmd/taint/utils.go). */
export function parseTaintChanges(words: readonly string[]): TaintReading {
  const add: Taint[] = [];
  const remove: TaintPattern[] = [];
  for (const word of words) {
    const reading = parseTaint(word.endsWith("-") ? word.slice(0, -1) : word);
    if (!reading.ok) return reading;
    const { key, value, effect } = reading;
    if (word.endsWith("-")) {
      remove.push({ key, ...(effect === undefined ? {} : { effect }) });
      continue;
    }
    if (effect === undefined) return { ok: false, message: `invalid taint spec: ${word}` };
    const taint: Taint = { key, ...(value === undefined ? {} : { value }), effect };
    if (add.some((other) => isSameTaint(other, taint))) {
      return { ok: false, message: `duplicated taints with the same key and effect: {${key} ${value ?? ""} ${effect} <nil>}` };
    }
    add.push(taint);
  }
  const both = add.flatMap((taint) => remove.filter((pattern) => matchesPattern(taint, pattern)));
  if (both.length > 0) {
    const named = both.map(({ key, effect = "" }) => `${key}=${effect}`).join(", ");
    return { ok: false, message: `can not both modify and remove the following taint(s) in the same command: ${named}` };
  }
  return { ok: true, changes: { add, remove } };
}

type Parsed =
  | { readonly ok: true; readonly key: string; readonly value?: string; readonly effect?: string }
  | { readonly ok: false; readonly message: string };

function parseTaint(text: string): Parsed {
  const wrong = (...faults: readonly string[]): Parsed => ({
    ok: false,
    message: `invalid taint spec: ${[text, ...(faults.length === 0 ? [] : [faults.join("; ")])].join(", ")}`,
  });
  const parts = text.split(":");
  const [head = "", effect] = parts;
  if (parts.length > 2) return wrong();
  if (effect !== undefined && !effects.includes(effect)) {
    return { ok: false, message: `invalid taint effect: ${effect}, unsupported taint effect` };
  }
  const [key = "", value, ...more] = effect === undefined ? [head] : head.split("=");
  if (more.length > 0) return wrong();
  const valueFaults = value === undefined ? [] : faultsOfLabelValue(value);
  if (valueFaults.length > 0) return wrong(...valueFaults);
  const keyFaults = faultsOfLabelKey(key);
  if (keyFaults.length > 0) return wrong(...keyFaults);
  return { ok: true, key, ...(value === undefined || value === "" ? {} : { value }), ...(effect === undefined ? {} : { effect }) };
}
