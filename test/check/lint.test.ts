import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** One fault per rule that only a linter with types can see; the code is linted with the project's own configuration. */
const planted: Readonly<Record<string, string>> = {
  "no-floating-promises": "export function f(): void {\n  work();\n}",
  "no-misused-promises": "export const f = (): void => [1].forEach(async () => { await work(); });",
  "await-thenable": "export async function f(): Promise<void> {\n  await 1;\n}",
  "return-await": "export async function f(): Promise<string> {\n  try {\n    return work();\n  } catch {\n    return '';\n  }\n}",
  "only-throw-error": "export function f(): never {\n  throw 'text';\n}",
  "switch-exhaustiveness-check":
    "export function f(x: 'a' | 'b'): number {\n  let n = 0;\n  switch (x) {\n    case 'a':\n      n = 1;\n  }\n  return n;\n}",
  "no-explicit-any": "export const f = (x: any): string => String(x);",
  "no-unsafe-assignment": "export const parsed: string = JSON.parse('1');",
  "no-non-null-assertion": "export const f = (x?: string): string => x!;",
  "consistent-type-imports": "import { Buffer } from 'node:buffer';\nexport type B = Buffer;",
};

const root = resolve(import.meta.dirname, "../..");
let folder = "";
let report = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drydock-lint-"));
  for (const name of ["tsconfig.json", ".oxlintrc.json"]) writeFileSync(join(folder, name), readFileSync(join(root, name)));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [rule, code] of Object.entries(planted)) {
    writeFileSync(join(folder, `${rule}.ts`), `declare function work(): Promise<string>;\n${code}\nexport { work };\n`);
  }
  const args = ["--type-aware", "-f", "unix", ...Object.keys(planted).map((rule) => `${rule}.ts`)];
  const { error, stdout } = spawnSync(join(root, "node_modules/.bin/oxlint"), args, { cwd: folder, encoding: "utf8" });
  if (error !== undefined) throw error;
  report = stdout;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(Object.keys(planted))("%s is found", (rule) => {
  const rules = report.split("\n").filter((line) => line.startsWith(`${rule}.ts:`));
  expect(rules.join("\n")).toContain(`(${rule})`);
});
