import type { Clock, Millis } from "../../runtime/clock.ts";
import { jittered, type Random } from "../../runtime/random.ts";
import { KubeError } from "../errors.ts";

const tries = 5;
const firstPause: Millis = 200;
/** A server that asks for more than this is left to whoever called: the error says how long it asked for. */
const longestPause: Millis = 30_000;

/**
 * Tries again what failed for the moment: 429 that names a time, 5xx, a connection that broke. At most 5 times in all, as long as the signal
 * allows. A refused connection counts only where the server `answered` before: it is restarting then, and not an address that is wrong.
 */
export async function withRetries<T>(
  clock: Clock,
  random: Random,
  signal: AbortSignal,
  answered: () => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      const pause = tried < tries ? pauseBefore(error, tried, answered(), random) : undefined;
      if (pause === undefined || signal.aborted) throw error;
      await clock.sleep(pause, signal);
    }
  }
}

function pauseBefore(error: unknown, tried: number, answered: boolean, random: Random): Millis | undefined {
  if (!(error instanceof KubeError) || !error.retryable) return undefined;
  if (error.code === "unreachable" && !answered) return undefined;
  if (error.code === "too-many-requests" && error.retryAfter === undefined) return undefined;
  const own = jittered(firstPause * 2 ** (tried - 1), 0.5, random);
  // Never before the time that was named, and not all who were told the same at once.
  const pause = error.retryAfter === undefined ? own : error.retryAfter * 1000 + own;
  return pause > longestPause ? undefined : pause;
}
