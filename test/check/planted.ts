import { checkHouse } from "../../scripts/check/house.ts";
import type { Violation } from "../../scripts/check/violation.ts";

/** What the check says about files planted in an otherwise empty tree. */
export function violationsIn(files: Readonly<Record<string, string>>): Violation[] {
  return checkHouse(new Map(Object.entries(files)));
}

/** The same in short: `rule path:line`. */
export function faultsIn(files: Readonly<Record<string, string>>): string[] {
  return violationsIn(files).map(({ rule, path, line }) => `${rule} ${path}:${line}`);
}
