import type { StringMap } from "../object.ts";
import { holds, type SelectorOperator } from "../selector-requirement.ts";
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "./wire.ts";

interface LabelledNode {
  readonly name: string;
  readonly labels: StringMap;
}

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
  Gt: "gt",
  Lt: "lt",
};

/** What a pod asks of its node: every label of `nodeSelector`, and one term of its required node affinity. */
export function matchesNode(labels: StringMap | undefined, required: NodeSelector | undefined, node: LabelledNode): boolean {
  if (labels !== undefined && !Object.entries(labels).every(([key, value]) => valueOf(node.labels, key) === value)) return false;
  return required === undefined || matchesNodeSelector(required, node);
}

/** Also of PersistentVolumes and storage classes. No term at all matches no node (component-helpers nodeaffinity). */
export function matchesNodeSelector({ nodeSelectorTerms = [] }: NodeSelector, node: LabelledNode): boolean {
  return nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: LabelledNode): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels)) &&
    matchFields.every((requirement) => meets(requirement, { "metadata.name": node.name }))
  );
}

function meets({ key, operator, values = [] }: NodeSelectorRequirement, labels: StringMap): boolean {
  const known = operators[operator];
  return known !== undefined && holds({ key, operator: known, values }, labels);
}

export function valueOf(labels: StringMap, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
