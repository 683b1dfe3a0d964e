import type { ourMarks } from "../cluster/view/held-record.ts";
import { shellWord } from "./shell-word.ts";

export type OurMark = ReturnType<typeof ourMarks>[number];

/** `kubectl taint` compares key and effect only; the check before it compares the value too. `name` is quoted for the shell. */
export function taintSteps(entry: string, name: string, kubectl: string): readonly string[] {
  return [
    `${kubectl} get node ${name} -o jsonpath='{range .spec.taints[*]}{.key}={.value}:{.effect}{"\\n"}{end}' | grep -Fqx ${shellWord(exact(entry))}`,
    `${kubectl} taint nodes ${name} ${shellWord(`${entry}-`)}`,
  ];
}

/** As the API has it: with a value, if an empty one. */
function exact(entry: string): string {
  const colon = entry.lastIndexOf(":");
  const taint = entry.slice(0, colon);
  return `${taint}${taint.includes("=") ? "" : "="}${entry.slice(colon)}`;
}

/** A label or an annotation gets the value back that it had, or goes; only while its value is ours. */
export function markSteps({ kind, key, value, former }: OurMark, name: string, kubectl: string): readonly string[] {
  const verb = kind === "label" ? "label" : "annotate";
  const path = shellWord(`={.metadata.${kind}s.${key.replaceAll(".", "\\.")}}`);
  return [
    `${kubectl} get node ${name} -o jsonpath=${path} | grep -Fqx ${shellWord(`=${value}`)}`,
    former === undefined
      ? `${kubectl} ${verb} node ${name} ${shellWord(`${key}-`)}`
      : `${kubectl} ${verb} --overwrite node ${name} ${shellWord(`${key}=${former}`)}`,
  ];
}
