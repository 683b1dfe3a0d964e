import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import type { RunLine } from "../command-line.ts";
import type { World } from "../world.ts";

export async function runDemo(_line: RunLine, _world: World): Promise<ExitCode> {
  return await Promise.resolve(exitCodes.unexpected);
}
