import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { unusedIn } from "./record.ts";
import { type Run, verdictOn } from "./verdict.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder in which the suites of this run keep which permissions of the operator were used. */
    readonly usedPermissions: string;
  }
}

/**
 * Least privilege, shown: when all suites have run, every permission that is installed for the operator has been used by one of them, or the
 * run fails.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "drydock-used-permissions-"));
  project.provide("usedPermissions", folder);
  return async () => {
    try {
      const verdict = verdictOn(await runOf(project), await unusedIn(folder));
      if (verdict.kind === "fault") throw faultOf(verdict.message);
      process.stdout.write(`${verdict.message}\n`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Without a stack: no line that has run is at fault. */
function faultOf(message: string): Error {
  const fault = new Error(message);
  fault.stack = message;
  return fault;
}

async function runOf(project: TestProject): Promise<Run> {
  const { testFiles } = await project.globTestFiles();
  const states = project.vitest.state.getTestModules().map((suite) => suite.state());
  return {
    suites: testFiles.length,
    ran: states.filter((state) => state === "passed" || state === "failed").length,
    failed: states.filter((state) => state === "failed").length,
    isOfSomeTests: project.vitest.config.testNamePattern !== undefined,
  };
}
