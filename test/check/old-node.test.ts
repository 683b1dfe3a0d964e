import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { entryCode } from "../../scripts/bundle/entry.ts";

const root = resolve(import.meta.dirname, "../..");

/** Runs a script on this Node, which is made to say that it is another version. */
function runAs(version: string, script: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  return spawnSync(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, script], { encoding: "utf8" });
}

function entry(): string {
  const folder = mkdtempSync(join(tmpdir(), "drydock-entry-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "main.js"), 'console.log("started");');
  writeFileSync(join(folder, "entry.js"), entryCode(">=22.19", "./main.js"));
  return join(folder, "entry.js");
}

describe("the published command", () => {
  test.each(["18.20.0", "20.20.2", "22.18.0"])("refuses Node %s in one line", (version) => {
    const { status, stdout, stderr } = runAs(version, entry());
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(`drydock needs Node 22.19 or newer; this is Node ${version} at ${process.execPath}\n`);
  });

  test.each(["22.19.0", "23.0.0", "26.10.0"])("starts on Node %s", (version) => {
    expect(runAs(version, entry())).toMatchObject({ status: 0, stdout: "started\n", stderr: "" });
  });

  test("has no imports, so that an old Node reaches the check", () => {
    expect(entryCode(">=22.19", "./main.js")).not.toMatch(/^import\s|require\(/m);
  });
});

describe("the commands of the repository", () => {
  test("refuse a Node that cannot run the sources, and say what to run", () => {
    const { status, stderr } = runAs("25.9.0", join(root, "scripts/need-node.mjs"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/this is Node 25\.9\.0\. Run "npm ci"/);
  });

  test("let the right Node through in silence", () => {
    expect(runAs("26.0.0", join(root, "scripts/need-node.mjs"))).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  test("begin with that check, all that run sources", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const without = Object.entries(scripts).filter(([, line]) => /^(?!node scripts\/need-node\.mjs && ).*\b(node|vitest)\b/.test(line));
    expect(without).toEqual([]);
  });
});
