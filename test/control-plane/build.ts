// Builds the programs of the real control plane, from the modules beside this file, into .cache/control-plane/<key>/.
//   node test/control-plane/build.ts            exit code 3 where Go is missing, 1 where a build fails
//   node test/control-plane/build.ts --if-go    where Go is missing: says so and ends with 0, but not where CI is set
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { realClock } from "../../src/runtime/real-clock.ts";
import { buildFolder, goVersion, newestBuild, programs, recipe } from "./binaries.ts";
import type { Program } from "./binaries.ts";

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const seconds = (since: number): string => `${((realClock.monotonic() - since) / 1000).toFixed(1)} s`;

/** Into a name of its own first: another run never finds half a program. */
function build(program: Program, folder: string): boolean {
  const { directory, package: name, flags } = recipe(program);
  const unfinished = join(folder, `.${program}.${process.pid}`);
  const { status } = spawnSync("go", ["build", ...flags, "-o", unfinished, name], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status === 0) renameSync(unfinished, join(folder, program));
  else rmSync(unfinished, { force: true });
  return status === 0;
}

function pointTo(folder: string): void {
  const link = `${newestBuild}.${process.pid}`;
  symlinkSync(basename(folder), link);
  renameSync(link, newestBuild);
}

function main(): number {
  const go = goVersion();
  if (go === undefined) {
    const optional = process.argv.includes("--if-go") && process.env["CI"] === undefined;
    say("control plane: Go is missing (https://go.dev/dl, 1.26 or newer); the tests against a real control plane cannot run here");
    return optional ? 0 : 3;
  }
  const folder = buildFolder(go);
  mkdirSync(folder, { recursive: true });
  const left = programs.filter((program) => !existsSync(join(folder, program)));
  if (left.length > 0)
    say(`control plane: building ${left.length} of ${programs.length} programs with ${go}; about 7 minutes in all on 2 cores`);
  const start = realClock.monotonic();
  for (const [index, program] of left.entries()) {
    const since = realClock.monotonic();
    if (!build(program, folder)) {
      say(`control plane: ${program} does not build`);
      return 1;
    }
    say(`  ${index + 1}/${left.length} ${program} in ${seconds(since)}`);
  }
  pointTo(folder);
  say(left.length === 0 ? `control plane: built already, ${folder}` : `control plane: built in ${seconds(start)}, ${folder}`);
  return 0;
}

process.exitCode = main();
