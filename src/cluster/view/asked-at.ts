import type { Instant } from "../../runtime/clock.ts";
import type { PodView } from "./cluster-view.ts";

/** When the pod was asked to end, by the server's clock; a whole second, so up to one too early. */
export function askedAt({ deletionTimestamp, deletionGraceSeconds, terminationGraceSeconds }: PodView): Instant | undefined {
  return deletionTimestamp === undefined ? undefined : deletionTimestamp - (deletionGraceSeconds ?? terminationGraceSeconds) * 1000;
}
