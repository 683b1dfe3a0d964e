import type { Source } from "../cluster/live/sources.ts";
import type { Logger } from "./serving/logger.ts";

/** Waits until all of it was read once, however long that takes, and says what keeps it from being read. */
export async function readOnce({ resource, reflector, synced }: Source<unknown>, log: Logger): Promise<void> {
  reflector.firstOutcome.then(
    (outcome) => {
      if (outcome === "synced") return;
      if ("denied" in outcome) log.error("may not be read, and nothing is done until it may", { resource, error: outcome.denied });
      else log.warn("cannot be read yet", { resource, error: outcome.failed });
    },
    () => {
      // Ended before.
    },
  );
  await synced;
}
