import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runProgram } from "../run-program.ts";

/** The Node versions that the bundle is tried on: the oldest it promises, the other lines in support, and the one it is developed with. */
export const supportedNodes: readonly string[] = ["22.19.0", "24.21.0", "26.10.0"];
/** One that must be refused in one clear line. */
export const tooOld = "20.20.2";

/** The folder of a Node's programs, fetched as an npm package into `cache` unless it is there. */
export async function fetchNode(version: string, cache: string): Promise<string> {
  const folder = join(cache, `node-${version}`);
  const bin = join(folder, "node_modules/node/bin");
  if (existsSync(join(bin, "node"))) return bin;
  mkdirSync(folder, { recursive: true });
  // The package places its binary by an install script, which newer npm versions run only where they are told to.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const { code, stderr } = await runProgram("npm", ["install", "--no-save", "--no-audit", "--no-fund", `node@${version}`], { cwd: folder });
  if (code !== 0 || !existsSync(join(bin, "node"))) throw new Error(`Node ${version} cannot be installed: ${stderr.trim()}`);
  return bin;
}

/** The environment in which commands find this Node first. */
export function withNode(bin: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
}
