import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { entryCode } from "./entry.ts";
import { licensesOf } from "./licenses.ts";
import { commandBundle, readPackage } from "./options.ts";

/**
 * Makes everything that is published, without dependencies, for the oldest Node that package.json names. Identifiers keep their names, so that a
 * stack trace in a bug report can be read; the files are loaded from disk, where their length hardly counts.
 *
 * @param root of the repository
 * @param folder is emptied first
 */
export async function makeDistribution(root: string, folder: string): Promise<{ readonly bytes: number; readonly files: number }> {
  const { engines } = readPackage(root);
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    ...commandBundle(root),
    entryPoints: { main: "src/cli/main.ts", complete: "src/cli/complete.ts" },
    outdir: join(folder, "bundle"),
    chunkNames: "[name]-[hash]",
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
  });
  writeFileSync(join(folder, "third-party-licenses.txt"), licensesOf(Object.keys(metafile.inputs), root));
  for (const [command, module] of [
    ["drydock.js", "./bundle/main.js"],
    ["complete.js", "./bundle/complete.js"],
  ] as const) {
    writeFileSync(join(folder, command), entryCode(engines.node, module));
    chmodSync(join(folder, command), 0o755);
  }
  const outputs = Object.values(metafile.outputs);
  return { bytes: outputs.reduce((sum, output) => sum + output.bytes, 0), files: outputs.length };
}
