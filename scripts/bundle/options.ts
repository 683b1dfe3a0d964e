import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { z } from "zod";
import { slimLibraries } from "./slim-libraries.ts";

const packageFile = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });

/** What a bundle needs to know of the package in `root`. */
export function readPackage(root: string): z.infer<typeof packageFile> {
  return packageFile.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
}

/**
 * How the command is bundled, whoever runs it: for the oldest Node that package.json names, without dependencies. Identifiers keep their names,
 * so that a stack trace can be read.
 */
export function commandBundle(root: string) {
  const { version, engines } = readPackage(root);
  return {
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: `node${engines.node.replace(/^>=/, "")}`,
    legalComments: "none",
    logLevel: "warning",
    plugins: [slimLibraries],
    inject: ["scripts/bundle/node-22-globals.ts"],
    define: { DRYDOCK_VERSION: JSON.stringify(version) },
    // CommonJS libraries inside an ES module call require for Node's own modules.
    banner: { js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);' },
  } satisfies BuildOptions;
}

/** The same as one file for a single executable: a CommonJS script, as Node's start of it has no modules of its own to load. */
export function executableBundle(root: string) {
  const { splitting: _, banner: __, define, ...common } = commandBundle(root);
  return {
    ...common,
    format: "cjs",
    entryPoints: ["src/cli/executable.ts"],
    minifySyntax: true,
    minifyWhitespace: true,
    // What is read beside a file is put in by the build instead.
    define: { ...define, "import.meta.url": "undefined" },
  } satisfies BuildOptions;
}
