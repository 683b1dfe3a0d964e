import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Ended, runProgram } from "./run-program.ts";
import { findBinaries } from "../test/control-plane/binaries.ts";
import { drainOnControlPlane } from "./smoke/drain.ts";
import { firstRequestAfter } from "./smoke/first-request.ts";
import { fetchNode, supportedNodes, tooOld, withNode } from "./smoke/nodes.ts";
import { installPackage } from "./smoke/package.ts";

/**
 * `npm run smoke`: packs the package, installs it as a user would, and runs its commands on every supported Node; where the real control plane
 * is built, it drains a node of it with each.
 * `--report=FILE` writes the counts as JSON, under the names that vitest's JSON report has.
 */
const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { report: { type: "string" } } });
const counts = { numPassedTests: 0, numFailedTests: 0 };

function report(what: string, { code, stdout, stderr, took }: Ended, holds: boolean): void {
  if (holds) counts.numPassedTests++;
  else counts.numFailedTests++;
  const said = `${stdout}${stderr}`.trim();
  process.stdout.write(`${holds ? "✓" : "✗"} ${what} (${Math.round(took)} ms)${holds ? "" : `: exit code ${code}\n${said}`}\n`);
}

async function environmentOf(version: string): Promise<NodeJS.ProcessEnv> {
  return withNode(await fetchNode(version, join(root, ".cache/smoke")));
}

async function tryNode(version: string, commands: string): Promise<void> {
  const env = await environmentOf(version);
  for (const name of ["drydock", "kubectl-drydock"]) {
    const ended = await runProgram(join(commands, name), ["version", "--client"], { cwd: commands, env });
    report(`Node ${version}: ${name} version --client`, ended, ended.code === 0 && ended.stdout.includes(packageVersion));
  }
  const yaml = await runProgram(join(commands, "drydock"), ["version", "--client", "-o", "yaml"], { cwd: commands, env });
  report(`Node ${version}: drydock version --client -o yaml`, yaml, yaml.code === 0 && yaml.stdout.includes(`: ${packageVersion}`));
  const completed = await runProgram(join(commands, "kubectl_complete-drydock"), ["unc"], { cwd: commands, env });
  report(`Node ${version}: kubectl_complete-drydock unc`, completed, completed.code === 0 && /^uncordon\b/m.test(completed.stdout));
  const after = await firstRequestAfter(join(commands, "drydock"), env, folder);
  process.stdout.write(
    `  Node ${version}: preview sends its first request ${after === undefined ? "never" : `${Math.round(after)} ms after its start`}\n`,
  );
}

async function refuseOldNode(commands: string): Promise<void> {
  const ended = await runProgram(join(commands, "drydock"), ["version"], { cwd: commands, env: await environmentOf(tooOld) });
  const line = `drydock needs Node 22.19 or newer; this is Node ${tooOld}`;
  report(
    `Node ${tooOld}: refused in one line`,
    ended,
    ended.code === 1 && ended.stderr.startsWith(line) && ended.stderr.trim().split("\n").length === 1,
  );
}

async function drainWithEach(commands: string): Promise<void> {
  const found = findBinaries();
  if (found.kind === "missing") {
    const unasked = process.env["CI"] === undefined;
    process.stdout.write(`${unasked ? "-" : "✗"} no drain on a real control plane: ${found.why}\n`);
    if (!unasked) counts.numFailedTests++;
    return;
  }
  const environments = new Map<string, NodeJS.ProcessEnv>();
  for (const version of supportedNodes) environments.set(version, await environmentOf(version));
  const results = await drainOnControlPlane(supportedNodes, (version) => ({
    command: join(commands, "drydock"),
    env: environments.get(version) ?? process.env,
  }));
  for (const { version, ended, wrong } of results) {
    report(`Node ${version}: drain on a real control plane${wrong === "" ? "" : `: ${wrong}`}`, ended, wrong === "");
  }
}

const packageVersion = process.env["npm_package_version"] ?? "";
const folder = mkdtempSync(join(tmpdir(), "drydock-smoke-"));
try {
  const commands = await installPackage(root, folder);
  for (const version of supportedNodes) await tryNode(version, commands);
  await refuseOldNode(commands);
  await drainWithEach(commands);
} finally {
  rmSync(folder, { recursive: true });
}
if (values.report !== undefined) {
  mkdirSync(resolve(values.report, ".."), { recursive: true });
  writeFileSync(values.report, JSON.stringify(counts));
}
process.stdout.write(`smoke: ${counts.numPassedTests} passed, ${counts.numFailedTests} failed\n`);
process.exitCode = counts.numFailedTests === 0 ? 0 : 1;
