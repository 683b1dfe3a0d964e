import type { LabelSelector } from "./budget.ts";
import type { StringMap } from "./object.ts";
import { parseRequirements } from "./selector-parser.ts";
import { faultOfRequirement, holds } from "./selector-requirement.ts";
import type { SelectorOperator, SelectorRequirement } from "./selector-requirement.ts";
import { compareText } from "../runtime/text-order.ts";

/** All of them must hold; an empty list matches everything. Sorted by key. */
export type ParsedSelector = readonly SelectorRequirement[];

export type SelectorReading = { readonly ok: true; readonly selector: ParsedSelector } | { readonly ok: false; readonly message: string };

/**
 * Reads the text of `-l` and of the `labelSelector` parameter as the API server does (apimachinery labels.Parse):
 * `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<1`, joined by commas; empty text matches everything.
 * On failure `message` is what the API server says.
 */
export function parseLabelSelector(text: string): SelectorReading {
  const read = parseRequirements(text);
  return read.ok ? { ok: true, selector: sortedByKey(read.requirements) } : read;
}

export function matches(selector: ParsedSelector, labels: StringMap | undefined): boolean {
  return selector.every((requirement) => holds(requirement, labels));
}

/**
 * As policy/v1 reads the selector of a budget: null or absent matches nothing, `{}` matches everything.
 * A selector that is not valid matches nothing: the eviction subresource passes over such a budget.
 */
export function matchesLabelSelector(selector: LabelSelector | null | undefined, labels: StringMap | undefined): boolean {
  if (selector === null || selector === undefined) return false;
  const read = readLabelSelector(selector);
  return read.ok && matches(read.selector, labels);
}

const operators: Readonly<Record<string, SelectorOperator>> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" };

/** Wire objects are never changed in place, so what was read of one stays true. */
const readings = new WeakMap<LabelSelector, SelectorReading>();

/** A structured selector as requirements; `message` is what controllers report about one that is not valid. */
export function readLabelSelector(selector: LabelSelector): SelectorReading {
  const known = readings.get(selector);
  if (known !== undefined) return known;
  const reading = readStructure(selector);
  readings.set(selector, reading);
  return reading;
}

function readStructure(selector: LabelSelector): SelectorReading {
  const requirements: SelectorRequirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: "=",
    values: [value],
  }));
  for (const expression of selector.matchExpressions ?? []) {
    const operator = operators[expression.operator];
    if (operator === undefined) {
      return { ok: false, message: `${JSON.stringify(expression.operator)} is not a valid label selector operator` };
    }
    requirements.push({ key: expression.key, operator, values: expression.values ?? [] });
  }
  for (const requirement of requirements) {
    const fault = faultOfRequirement(requirement);
    if (fault !== undefined) return { ok: false, message: fault };
  }
  return { ok: true, selector: sortedByKey(requirements) };
}

function sortedByKey(requirements: readonly SelectorRequirement[]): ParsedSelector {
  return requirements.toSorted((a, b) => compareText(a.key, b.key));
}
