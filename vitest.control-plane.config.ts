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
    passWithNoTests: found.kind === "missing",
    fileParallelism: false,
    maxWorkers: 1,
    // Tests that stand beside each other wait most of the time: for grace periods, replacements, the quiet after a cordon.
    maxConcurrency: 8,
    // Not what a test judges by: only the end of one that waits for what never comes.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
