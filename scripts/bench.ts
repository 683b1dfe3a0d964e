import { parseArgs } from "node:util";
import { benchDrain } from "./bench/drain.ts";
import { scenarios } from "./bench/scenarios.ts";
import { runProgram } from "./run-program.ts";

/**
 * `npm run bench -- drain [--only=NAME,NAME] [--runs=N] [--large]`: the bundled drydock beside kubectl, on one real control plane, in one run.
 * Prints medians; exit code 1 where a promise does not hold.
 */
const usage = `usage: npm run bench -- drain [--only=${scenarios.map(({ name }) => name).join(",")}] [--runs=5] [--large]`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string", default: "" }, runs: { type: "string", default: "5" }, large: { type: "boolean", default: false } },
  });
  const runs = Number(values.runs);
  if (positionals.length !== 1 || positionals[0] !== "drain" || !Number.isInteger(runs) || runs < 1) {
    process.stderr.write(`${usage}\n`);
    return 4;
  }
  const built = await runProgram(process.execPath, ["scripts/build.ts"], { cwd: process.cwd() });
  if (built.code !== 0) throw new Error(`the bundle cannot be built: ${built.stderr}`);
  return (await benchDrain({ only: values.only.split(",").filter((name) => name !== ""), runs, large: values.large })) ? 0 : 1;
}

process.exitCode = await main();
