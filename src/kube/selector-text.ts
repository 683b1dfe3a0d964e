import type { ParsedSelector } from "./selector.ts";
import type { SelectorRequirement } from "./selector-requirement.ts";

/** A selector in the API's own string syntax, as `-l` and the parameter `labelSelector` take it. "" selects everything. */
export function selectorText(selector: ParsedSelector): string {
  return selector.map(requirementText).join(",");
}

function requirementText({ key, operator, values }: SelectorRequirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${values.join(",")})`;
    case "=":
    case "==":
    case "!=":
      return `${key}${operator}${values[0] ?? ""}`;
    case "gt":
      return `${key}>${values[0] ?? ""}`;
    case "lt":
      return `${key}<${values[0] ?? ""}`;
  }
}
