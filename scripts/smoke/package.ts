import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../run-program.ts";

/** Packs what would be published and installs it into an empty folder, as a user's `npm install` does. Returns the folder of its commands. */
export async function installPackage(root: string, folder: string): Promise<string> {
  const packed = join(folder, "packed");
  const home = join(folder, "installed");
  mkdirSync(packed);
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }));
  await npm(["pack", "--pack-destination", packed], root);
  const [archive] = readdirSync(packed);
  if (archive === undefined) throw new Error("npm pack made no archive");
  await npm(["install", "--no-save", "--no-audit", "--no-fund", "--offline", join(packed, archive)], home);
  const others = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith(".") && name !== "kubectl-drydock");
  if (others.length > 0) throw new Error(`the package brings others with it: ${others.join(", ")}`);
  return join(home, "node_modules/.bin");
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram("npm", args, { cwd });
  if (code !== 0) throw new Error(`npm ${args[0]} failed:\n${stdout}${stderr}`);
}
