import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { entryCode } from "./bundle/entry.ts";
import { licensesOf } from "./bundle/licenses.ts";
import { commandBundle, readPackage } from "./bundle/options.ts";

/**
 * `npm run build`: everything in `dist/`, without dependencies, for the oldest Node that package.json names. Identifiers keep their names,
 * so that a stack trace in a bug report can be read; the files are loaded from disk, where their length hardly counts.
 */
const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const { version, engines } = readPackage(root);

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  ...commandBundle(root),
  entryPoints: { main: "src/cli/main.ts", complete: "src/cli/complete.ts" },
  outdir: "dist/bundle",
  chunkNames: "[name]-[hash]",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
});
writeFileSync(join(dist, "third-party-licenses.txt"), licensesOf(Object.keys(metafile.inputs), root));
for (const [command, module] of [
  ["drydock.js", "./bundle/main.js"],
  ["complete.js", "./bundle/complete.js"],
] as const) {
  writeFileSync(join(dist, command), entryCode(engines.node, module));
  chmodSync(join(dist, command), 0o755);
}
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/: drydock ${version}, ${Math.round(bytes / 1024)} KiB in ${Object.keys(metafile.outputs).length} files\n`);
