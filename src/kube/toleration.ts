import type { Taint } from "./node.ts";
import type { Toleration } from "./pod.ts";

/** As the API server reads a toleration: no key tolerates every taint, no effect every effect, no operator is Equal. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== "" && toleration.effect !== taint.effect) return false;
  const { key = "", operator = "Equal", value = "" } = toleration;
  if (key !== "" && key !== taint.key) return false;
  return operator === "Exists" || (operator === "Equal" && key !== "" && value === (taint.value ?? ""));
}

export function toleratedBy(taint: Taint, tolerations: readonly Toleration[] | undefined): boolean {
  return tolerations?.some((each) => tolerates(each, taint)) ?? false;
}
