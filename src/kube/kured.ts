import { parseTime } from "./time.ts";
import type { Instant } from "../runtime/clock.ts";

/** On kured's own DaemonSet: which nodes it holds to reboot them. */
export const kuredLockAnnotation = "weave.works/kured-node-lock";

export interface KuredLock {
  readonly node: string;
  readonly since?: Instant;
  /** Absent: it holds until it is released. */
  readonly until?: Instant;
}

/**
 * Reads the lock of one owner (`{nodeID, created, TTL}`) or of several (`{maxOwners, locks}`, with `--concurrency`). TTL is Go's duration in
 * nanoseconds; 0 never ends. What is no such lock holds nothing.
 */
export function kuredLocks(annotation: string | undefined): readonly KuredLock[] {
  if (annotation === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(annotation);
  } catch {
    return [];
  }
  const { locks } = Object(value) as { readonly locks?: unknown };
  return (Array.isArray(locks) ? locks : [value]).flatMap((lock: unknown): readonly KuredLock[] => {
    const { nodeID, created, TTL } = Object(lock) as Readonly<Record<string, unknown>>;
    if (typeof nodeID !== "string" || nodeID === "") return [];
    const since = typeof created === "string" ? parseTime(created) : undefined;
    const lasts = typeof TTL === "number" && TTL > 0 ? TTL / 1_000_000 : undefined;
    return [
      {
        node: nodeID,
        ...(since === undefined ? {} : { since }),
        ...(since === undefined || lasts === undefined ? {} : { until: since + lasts }),
      },
    ];
  });
}
