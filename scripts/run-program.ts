import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Millis } from "../src/runtime/clock.ts";
import { realClock } from "../src/runtime/real-clock.ts";

export interface Ended {
  /** Null where a signal ended it, ours among them. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to end. */
  readonly took: Millis;
}

/** A program that has hung this long will not end by itself. */
const patience: Millis = 120_000;

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
  using _limit = realClock.timer(patience, () => child.kill("SIGKILL"), { background: true });
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr, took: realClock.monotonic() - since };
}
