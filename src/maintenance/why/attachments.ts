import type { LiveCluster } from "../../cluster/live/live-cluster.ts";
import { createLatch } from "../../runtime/latch.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Surroundings } from "../work.ts";

/** A list that takes longer than this is told as not known yet. */
const patience: Millis = 3_000;

/** Reads which volumes are attached, and waits until that is known, or may not be. What a node waits for whose pods are gone. */
export async function readAttachments(live: LiveCluster, { clock, stop }: Surroundings): Promise<void> {
  const changed = createLatch();
  using _ = live.onChange(changed.set);
  using deadline = clock.deadline(patience, stop);
  deadline.signal.addEventListener("abort", changed.set, { once: true });
  await live.readVolumes(true);
  while (live.view().volumes.attachmentsKnown === "unread" && !deadline.signal.aborted) await changed.wait();
}
