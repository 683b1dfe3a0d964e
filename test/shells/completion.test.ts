import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completionScripts } from "../../src/cli/completion/scripts.ts";

// The scripts in the very shells they are for, with the real command line behind them. PowerShell's is read by nobody here.

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drydock-shells-"));
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  mkdirSync(join(folder, "bin"));
  const drydock = join(folder, "bin/drydock");
  writeFileSync(drydock, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(drydock, 0o700);
  for (const shell of ["bash", "zsh", "fish"] as const) writeFileSync(join(folder, `completion.${shell}`), completionScripts[shell]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stands in the way of typing in each shell: the line up to the cursor, and the shell's own way of asking for what fits. */
const asking = {
  bash: (line: string) =>
    `source ./completion.bash; COMP_LINE='${line}'; COMP_POINT=${line.length}; _drydock; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // Its completion system needs a terminal: what our function hands to it is printed instead.
  zsh: (line: string) =>
    `compdef() { : }; _describe() { print -l -- "\${(@P)\${@[(r)candidates]}}" }; _files() { print files }
     source ./completion.zsh; words=(${line
       .split(" ")
       .map((word) => `'${word}'`)
       .join(" ")}); CURRENT=\${#words}; _drydock`,
  fish: (line: string) => `source ./completion.fish; complete -C '${line}'`,
} as const;

function candidates(shell: keyof typeof asking, line: string): readonly string[] {
  const args = { bash: ["--norc", "-c"], zsh: ["-f", "-c"], fish: ["--no-config", "-c"] }[shell];
  const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, HOME: folder, KUBECONFIG: "/nonexistent" };
  const { stdout, stderr } = spawnSync(shell, [...args, asking[shell](line)], { cwd: folder, env, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => text.split(/[\t:]/)[0]?.trim() ?? "");
}

const installed = (shell: string): boolean => spawnSync(shell, ["--version"], { stdio: "ignore" }).status === 0;

describe.each(["bash", "zsh", "fish"] as const)("in %s", (shell) => {
  const isThere = installed(shell);
  if (!isThere) process.stdout.write(`Completion in ${shell} is not tried: there is no ${shell} here.\n`);

  test.skipIf(!isThere)(`commands, flags and values are completed (needs ${shell})`, () => {
    expect(candidates(shell, "drydock unc")).toEqual(["uncordon"]);
    expect(candidates(shell, "drydock drain --ignore-d")).toEqual(["--ignore-daemonsets"]);
    // Readline replaces only what follows the "=".
    expect(candidates(shell, "drydock drain --dry-run=cl")).toEqual([shell === "bash" ? "client" : "--dry-run=client"]);
    expect(candidates(shell, "drydock completion z")).toEqual(["zsh"]);
  });
});
