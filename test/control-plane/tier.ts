import { defineConfig, type ViteUserConfig } from "vitest/config";
import { findBinaries } from "./binaries.ts";

const root = "test/control-plane";

/**
 * A second tier, so that neither keeps anybody waiting for long: the operator, with its kinds, leases, webhooks and installation; and what looks at
 * a cluster without emptying a node.
 */
const operatorSuites = [
  "alert-rules",
  "custom-resources",
  "documented-roles",
  "drain/node-findings",
  "drain/room",
  "hold",
  "install",
  "kinds",
  "leases-and-events",
  "operator*",
  "operator/**/*",
  "status-and-checks",
  "taint-command",
  "taint-eviction",
  "webhooks",
].map((name) => `${root}/${name}.test.ts`);

const bundled = `${root}/bundled-command.ts`;

/** Their teardowns come in the opposite order, and none after one that fails. */
const setups = { drain: [bundled], operator: [`${root}/operator/permissions/judge.ts`, bundled] };

/** One suite: side-by-side.test.ts. */
const parts = `${root}/drain/side-by-side/**`;

/**
 * Tests against a real control plane: built by `node test/control-plane/build.ts`; one suite after another, each starts its own. Where it is not
 * built they say so in one line and are skipped; where CI is set that is an error.
 */
export function tier(which: "drain" | "operator"): ViteUserConfig {
  const found = findBinaries();
  if (found.kind === "missing") {
    const line = `The tests against a real control plane do not run: ${found.why}.`;
    if (process.env["CI"] !== undefined) throw new Error(line);
    process.stdout.write(`${line}\n`);
  }
  const include = which === "operator" ? operatorSuites : [`${root}/**/*.test.ts`];
  return defineConfig({
    test: {
      include: found.kind === "built" ? include : [],
      exclude: which === "operator" ? [] : [parts, ...operatorSuites],
      passWithNoTests: found.kind === "missing",
      globalSetup: found.kind === "built" ? setups[which] : [],
      fileParallelism: false,
      maxWorkers: 1,
      // Tests that stand beside each other wait most of the time: for grace periods, replacements, the quiet after a cordon.
      maxConcurrency: 8,
      // Not what a test judges by: only the end of one that waits for what never comes. Two minutes pass until the disruption controller gives
      // back what a broken request has spent of a budget, and on a faulty network that may come twice.
      testTimeout: 480_000,
      hookTimeout: 120_000,
    },
  });
}
