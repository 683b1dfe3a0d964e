import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";
import { commandBundle } from "../../scripts/bundle/options.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The command line's module, for `node` to run. */
    readonly drydock: string;
  }
}

const folder = mkdtempSync(join(tmpdir(), "drydock-command-"));

/**
 * Bundles the command line once for all suites, as it is published: they start it some hundred times, and from its sources Node is busy for a
 * second before anything happens.
 */
export async function setup(project: TestProject): Promise<void> {
  const bundle = async (): Promise<void> => {
    await build({ ...commandBundle(resolve(import.meta.dirname, "../..")), entryPoints: { drydock: "src/cli/main.ts" }, outdir: folder });
  };
  await bundle();
  project.onTestsRerun(bundle);
  project.provide("drydock", join(folder, "drydock.js"));
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
