import { defineConfig } from "vitest/config";
import { findBinaries } from "./test/control-plane/binaries.ts";

// The tier against a real control plane: built by `node test/control-plane/build.ts`, one suite after another (each starts its own).
const found = findBinaries();
if (found.kind === "missing") {
  const line = `The tests against a real control plane do not run: ${found.why}.`;
  if (process.env["CI"] !== undefined) throw new Error(line);
  process.stdout.write(`${line}\n`);
}

export default defineConfig({
  test: {
    include: found.kind === "built" ? ["test/control-plane/**/*.test.ts"] : [],
    // One suite: side-by-side.test.ts.
    exclude: ["test/control-plane/drain/side-by-side/**"],
    passWithNoTests: found.kind === "missing",
    globalSetup: found.kind === "built" ? ["test/control-plane/bundled-command.ts"] : [],
    fileParallelism: false,
    maxWorkers: 1,
    // Tests that stand beside each other wait most of the time: for grace periods, replacements, the quiet after a cordon.
    maxConcurrency: 8,
    // Not what a test judges by: only the end of one that waits for what never comes. Two minutes pass until the disruption controller gives back
    // what a broken request has spent of a budget, and on a faulty network that may come twice.
    testTimeout: 480_000,
    hookTimeout: 120_000,
  },
});
