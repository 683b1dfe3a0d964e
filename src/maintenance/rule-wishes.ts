import type { EffectiveDrain } from "../api/defaults.ts";
import type { LabelSelector } from "../kube/budget.ts";
import { readLabelSelector } from "../kube/selector.ts";
import type { NamespaceChoice, Rule } from "../plan/request.ts";
import type { SpecFault } from "./spec-fault.ts";

type WishedRule = EffectiveDrain["rules"][number];
type WishedSelector = NonNullable<WishedRule["pods"]>;

/** The rules as a plan takes them, or what is wrong with them. `field`: where they stand. */
export function readWishedRules(
  wished: readonly WishedRule[],
  field: string,
): { readonly rules: readonly Rule[]; readonly faults: readonly SpecFault[] } {
  const faults: SpecFault[] = [];
  const rules = wished.map(({ pods, namespaces, action, wave }, index): Rule => {
    const at = `${field}[${index}]`;
    const selected = pods === undefined ? undefined : selector(pods, `${at}.pods`, faults);
    const chosen = namespaces === undefined ? undefined : choice(namespaces, `${at}.namespaces`, faults);
    return {
      ...(selected === undefined ? {} : { pods: selected }),
      ...(chosen === undefined ? {} : { namespaces: chosen }),
      action,
      ...(wave === undefined ? {} : { wave }),
    };
  });
  return { rules, faults };
}

function choice({ names, selector: labels }: NonNullable<WishedRule["namespaces"]>, field: string, faults: SpecFault[]): NamespaceChoice {
  if ((names === undefined) === (labels === undefined)) faults.push({ field, message: "say either names or selector, one of them" });
  if (labels !== undefined) return { selector: selector(labels, `${field}.selector`, faults) };
  if (names?.length === 0) faults.push({ field: `${field}.names`, message: "must not be empty: it would match no pod" });
  return { names: names ?? [] };
}

function selector({ matchLabels, matchExpressions }: WishedSelector, field: string, faults: SpecFault[]): LabelSelector {
  const plain: LabelSelector = {
    ...(matchLabels === undefined ? {} : { matchLabels }),
    ...(matchExpressions === undefined
      ? {}
      : {
          matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values === undefined ? {} : { values }),
          })),
        }),
  };
  const read = readLabelSelector(plain);
  if (!read.ok) faults.push({ field, message: `is no valid label selector: ${read.message}` });
  return plain;
}
