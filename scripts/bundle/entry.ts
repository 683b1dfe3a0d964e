/**
 * The file that a command starts. It has no imports, and no syntax that an old Node could not parse, so that a Node which is too old gets one
 * clear line instead of a syntax error from deep inside the bundle. `module` is the path of what it starts, relative to itself.
 *
 * It does not turn on V8's compile cache: that saves 20 of the 100 ms to the first request, for a folder of compiled code in the user's home
 * which is then run with the user's credentials.
 */
export function entryCode(engines: string, module: string): string {
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`engines.node must read ">=major.minor", not "${engines}"`);
  return `#!/usr/bin/env node
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < ${major} || (major === ${major} && minor < ${minor})) {
  console.error("drydock needs Node ${major}.${minor} or newer; this is Node " + process.versions.node + " at " + process.execPath);
  process.exit(1);
}
import("${module}");
`;
}
