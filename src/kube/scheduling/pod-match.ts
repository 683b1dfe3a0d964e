import type { LabelSelector } from "../budget.ts";
import type { StringMap } from "../object.ts";
import { holds } from "../selector-requirement.ts";
import { matchesLabelSelector, readLabelSelector } from "../selector.ts";
import type { PodAffinityTerm } from "./wire.ts";

export interface LabelledPod {
  readonly namespace: string;
  readonly labels: StringMap;
}

/** "unknown": it depends on labels of a Namespace, which are not read. */
export type Match = "yes" | "no" | "unknown";

/** The one label of a Namespace that needs no reading: the API server keeps it true. */
const nameLabel = "kubernetes.io/metadata.name";

/** Does a term of a pod in namespace `own` select that pod? Without namespaces and a selector of them it means its own. */
export function termSelects(term: PodAffinityTerm, own: string, pod: LabelledPod): Match {
  if (!matchesLabelSelector(term.labelSelector, pod.labels)) return "no";
  const { namespaces = [], namespaceSelector } = term;
  if (namespaces.length === 0 && namespaceSelector === undefined) return pod.namespace === own ? "yes" : "no";
  if (namespaces.includes(pod.namespace)) return "yes";
  return namespaceSelector === undefined ? "no" : selectsNamespace(namespaceSelector, pod.namespace);
}

/** Can the term be judged of every pod, whatever its namespace? */
export function isJudgeable({ namespaceSelector }: PodAffinityTerm): boolean {
  if (namespaceSelector === undefined) return true;
  const reading = readLabelSelector(namespaceSelector);
  return !reading.ok || reading.selector.every(({ key }) => key === nameLabel);
}

function selectsNamespace(selector: LabelSelector, namespace: string): Match {
  const reading = readLabelSelector(selector);
  if (!reading.ok) return "no";
  const labels = { [nameLabel]: namespace };
  const byName = reading.selector.filter(({ key }) => key === nameLabel);
  if (!byName.every((requirement) => holds(requirement, labels))) return "no";
  return byName.length === reading.selector.length ? "yes" : "unknown";
}
