import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { z } from "zod";
import { entryCode } from "./bundle/entry.ts";
import { licensesOf } from "./bundle/licenses.ts";
import { slimLibraries } from "./bundle/slim-libraries.ts";

/**
 * `npm run build`: everything in `dist/`, without dependencies, for the oldest Node that package.json names. Identifiers keep their names,
 * so that a stack trace in a bug report can be read; the files are loaded from disk, where their length hardly counts.
 */
const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const { version, engines } = z
  .object({ version: z.string(), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: "src/cli/main.ts", complete: "src/cli/complete.ts" },
  outdir: "dist/bundle",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: `node${engines.node.replace(/^>=/, "")}`,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  plugins: [slimLibraries],
  inject: ["scripts/bundle/node-22-globals.ts"],
  define: { DRYDOCK_VERSION: JSON.stringify(version) },
  // CommonJS libraries inside an ES module call require for Node's own modules.
  banner: { js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);' },
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
