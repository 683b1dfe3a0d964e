import { resolve } from "node:path";
import { realClock } from "../../src/runtime/real-clock.ts";
import { runProgram } from "../run-program.ts";
import { checkHouse, readHouse } from "./house.ts";
import { formatViolation } from "./violation.ts";

/** `npm run check`: types, lint, format and the rules of the house. Prints what is wrong and exits 1 if anything is. */
const root = resolve(import.meta.dirname, "../..");

interface Part {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  readonly took: number;
}

async function tool(name: string, bin: string, args: readonly string[]): Promise<Part> {
  const { code, stdout, stderr, took } = await runProgram(resolve(root, "node_modules/.bin", bin), args, { cwd: root });
  return { name, ok: code === 0, output: `${stdout}${stderr}`.trim(), took };
}

function house(): Part {
  const since = realClock.monotonic();
  const violations = checkHouse(readHouse(root));
  const output = violations.map(formatViolation).join("\n");
  return { name: "house rules", ok: violations.length === 0, output, took: realClock.monotonic() - since };
}

const tools = [
  tool("types", "tsc", ["--noEmit", "-p", "."]),
  tool("lint", "oxlint", ["--type-aware", "--deny-warnings", "--report-unused-disable-directives"]),
  tool("format", "biome", ["format", "--reporter=summary"]),
];
const parts = [house(), ...(await Promise.all(tools))];
for (const { name, ok, output, took } of parts) {
  if (!ok) process.stdout.write(`${output}\n${name === "format" ? "mend: npm run format\n" : ""}`);
  process.stdout.write(`${ok ? "✓" : "✗"} ${name} (${(took / 1000).toFixed(1)} s)\n`);
}
process.exitCode = parts.every(({ ok }) => ok) ? 0 : 1;
