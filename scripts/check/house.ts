import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkAmbient } from "./rules/ambient-rule.ts";
import { checkCycles } from "./rules/cycle-rule.ts";
import { checkLayers } from "./rules/layer-rule.ts";
import { checkStyle } from "./rules/style-rule.ts";
import { checkTests } from "./rules/test-rule.ts";
import { parseSource } from "./source.ts";
import type { Violation } from "./violation.ts";

/** Checks a tree given as text, path to code, so that tests can plant faults. Paths are relative to the repository. */
export function checkHouse(files: ReadonlyMap<string, string>): Violation[] {
  const sources = [...files].map(([path, code]) => parseSource(path, code));
  const violations = sources.flatMap((source): Violation[] =>
    source.syntaxError === undefined
      ? [...checkLayers(source), ...checkAmbient(source), ...checkStyle(source), ...checkTests(source)]
      : [{ path: source.path, line: 1, rule: "syntax", message: source.syntaxError, mend: "the file must parse as TypeScript" }],
  );
  violations.push(...checkCycles(sources));
  return violations.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

/** Every TypeScript file of the repository that we write. */
export function readHouse(root: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ["src", "test", "scripts"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
      const file = join(entry.parentPath, entry.name);
      files.set(file.slice(root.length + 1).replaceAll("\\", "/"), readFileSync(file, "utf8"));
    }
  }
  return files;
}
