import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { realClock } from "../src/runtime/real-clock.ts";

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from start to end. */
  readonly took: number;
}

/** Runs a program to its end, without standard input. Rejects only where it cannot be started. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const since = realClock.monotonic();
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const end = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr, took: realClock.monotonic() - since };
}
