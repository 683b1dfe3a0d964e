/**
 * The file that a command starts. It has no imports, and no syntax that an old Node could not parse, so that a Node which is too old gets one
 * clear line instead of a syntax error from deep inside the bundle. `module` is the path of what it starts, relative to itself.
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
