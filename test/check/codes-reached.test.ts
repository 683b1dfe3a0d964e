import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Appearance, codeKinds } from "../../src/maintenance/code-kinds.ts";

// A code that no cluster was ever seen to bring about is a guess. Judged by the tests' texts: a suite that runs on the real control plane,
// or one that runs whole drains on the embedded cluster, expects the code by name.

const root = join(import.meta.dirname, "../..");
const said: readonly Appearance[] = ["fatal finding", "warning", "blocker", "failure"];

async function testFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => join(root, folder, name));
}

/** On the real thing, or on a cluster of our own: hand-made views do not count. */
async function playedOnACluster(): Promise<string> {
  const texts = await Promise.all((await testFiles("test/control-plane")).map((file) => readFile(file, "utf8")));
  const others = await Promise.all(
    [...(await testFiles("src")), ...(await testFiles("test/properties"))].map((file) => readFile(file, "utf8")),
  );
  const kernel = others.filter((text) => /DrainWorld|OperatorWorld|NodeMaintenanceWorld|createEmbeddedCluster/.test(text));
  return [...texts, ...kernel].join("\n");
}

const text = await playedOnACluster();
const codes = Object.entries(codeKinds).filter(([, { appears }]) => appears.some((appearance) => said.includes(appearance)));

describe("every finding and blocker is brought about by a test on a cluster", () => {
  test.each(codes.map(([code]) => code))("%s", (code) => {
    expect(new RegExp(`["'\`( ]${code}["'\` )]`).test(text), `no test on a cluster expects "${code}"`).toBe(true);
  });
});
