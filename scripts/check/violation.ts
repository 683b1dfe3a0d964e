/** One broken rule: where, which, and how to mend it. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: "layers" | "cycles" | "time-and-randomness" | "names" | "exports" | "length" | "comments" | "tests" | "syntax";
  readonly message: string;
  readonly mend: string;
}

export function formatViolation({ path, line, rule, message, mend }: Violation): string {
  return `${path}:${line}  [${rule}] ${message}\n    mend: ${mend}`;
}
