import { jsonEquals } from "../../kube/json-equal.ts";
import type { Lease } from "../../kube/lease.ts";
import type { Json } from "../../kube/object.ts";
import { compareResourceVersions } from "../../kube/resource-version.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Memory, Seen } from "./state.ts";

/** Whom the record names; undefined where it names nobody. */
export function holderOf(seen: Seen | undefined): string | undefined {
  if (seen?.kind !== "record") return undefined;
  const { holderIdentity } = seen.spec;
  return holderIdentity === null || holderIdentity === "" ? undefined : holderIdentity;
}

/** Since when, or from when on, we may try to take it. What we have not seen is never free. */
export function freeAt({ seen, identity, timing }: Memory): Millis {
  if (seen === undefined) return Number.POSITIVE_INFINITY;
  if (seen.kind === "absent") return seen.freeAt;
  const holder = holderOf(seen);
  if (holder === undefined || holder === identity) return Number.NEGATIVE_INFINITY;
  const seconds = seen.spec.leaseDurationSeconds ?? timing.leaseDuration / 1000;
  return seen.changedAt + seconds * 1000;
}

/**
 * The record is seen now. It counts as renewed only where it differs, whatever its stamps say: clocks of others may be wrong (client-go,
 * LeaderElector.setObservedRecord). What is older than what was seen is passed over: a watch may be behind our own writes.
 *
 * @param version of the state in which there is none; undefined for the answer to a read, which is never old
 */
export function observed(memory: Memory, lease: Lease | undefined, now: Millis, version?: string): Memory {
  const { seen } = memory;
  const told = lease?.metadata.resourceVersion ?? version;
  if (seen?.version !== undefined && told !== undefined && compareResourceVersions(told, seen.version) === -1) return memory;
  if (lease === undefined) {
    if (seen?.kind === "absent") return memory;
    // Whoever held it last, not always the one we have seen (be it ourselves), acts until it finds out that the Lease is gone.
    const grace = seen === undefined ? 0 : memory.timing.leaseDuration;
    return { ...memory, seen: { kind: "absent", version, freeAt: now + grace } };
  }
  const spec = lease.spec ?? {};
  const same = seen?.kind === "record" && jsonEquals(seen.spec as Json, spec as Json);
  const changedAt = same ? seen.changedAt : now;
  return { ...memory, seen: { kind: "record", spec, version: lease.metadata.resourceVersion, changedAt } };
}
