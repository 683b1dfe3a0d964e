import { parseArgs } from "node:util";
import { benchDrain } from "./bench/drain.ts";
import { benchOperator } from "./bench/operator.ts";
import { benchOperatorMemory } from "./bench/operator-memory.ts";
import { benchPredict } from "./bench/predict.ts";
import { evenings } from "./bench/predict-scenarios.ts";
import { scenarios } from "./bench/scenarios.ts";
import { runProgram } from "./run-program.ts";

const namesOf = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join(",");

/**
 * `npm run bench -- drain [--only=NAME,NAME] [--runs=N] [--large]`: the bundled drydock beside kubectl, on one real control plane, in one run.
 * `npm run bench -- predict [--only=NAME,NAME] [--runs=N]`: what a preview says of the time, and what the drain then takes.
 * `npm run bench -- operator [--only=NAME,NAME] [--runs=N] [--large]`: objects beside `drydock drain`, then many nodes at once, and memory.
 * `npm run bench -- operator-memory [--runs=N]`: what the operator keeps resident at 5,000 nodes and 100,000 pods, which a synthetic API server makes up.
 * All print what they promise; exit code 1 where that does not hold.
 */
const usage = `usage: npm run bench -- drain [--only=${namesOf(scenarios)}] [--runs=5] [--large]
       npm run bench -- operator [--only=…] [--runs=1] [--large]
       npm run bench -- operator-memory [--runs=3]
       npm run bench -- predict [--only=${namesOf(evenings)}] [--runs=1]`;

const benches = { drain: benchDrain, operator: benchOperator, "operator-memory": benchOperatorMemory, predict: benchPredict };

const usualRuns: Readonly<Record<string, number>> = { drain: 5, "operator-memory": 3 };

const isBench = (name: string): name is keyof typeof benches => Object.hasOwn(benches, name);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string", default: "" }, runs: { type: "string" }, large: { type: "boolean", default: false } },
  });
  const [what, ...rest] = positionals;
  const runs = Number(values.runs ?? usualRuns[what ?? ""] ?? 1);
  if (what === undefined || !isBench(what) || rest.length > 0 || !Number.isInteger(runs) || runs < 1) {
    process.stderr.write(`${usage}\n`);
    return 4;
  }
  const built = await runProgram(process.execPath, ["scripts/build.ts"], { cwd: process.cwd() });
  if (built.code !== 0) throw new Error(`the bundle cannot be built: ${built.stderr}`);
  const only = values.only.split(",").filter((name) => name !== "");
  const options = { only, runs, large: values.large };
  const holds = await benches[what](options);
  return holds ? 0 : 1;
}

process.exitCode = await main();
