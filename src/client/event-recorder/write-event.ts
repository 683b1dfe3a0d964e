import type { KubeEvent } from "../../kube/event.ts";
import { events } from "../../kube/resource.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { isKubeError, KubeError } from "../errors.ts";
import type { Call } from "../kube-api.ts";
import type { EventNote, EventRecorderOptions } from "./contract.ts";
import { bodyOf, nameOf, namespaceOf } from "./event-body.ts";

export type Written = "written" | "repeated" | { readonly passing: KubeError } | { readonly refused: KubeError };

/** Writes it once. "repeated": it is there already, and counted where that is wanted. Never rejects. */
export async function writeEvent(note: EventNote, options: EventRecorderOptions, now: Instant, call: Call): Promise<Written> {
  const namespace = namespaceOf(note);
  try {
    await options.api.create<KubeEvent>(events, bodyOf(note, options.host, now), { namespace }, call);
    return "written";
  } catch (error) {
    if (!isKubeError(error, "already-exists")) return failureOf(error);
  }
  if (options.repeat !== "count") return "repeated";
  try {
    await countOnce(note, options, now, call);
    return "repeated";
  } catch (error) {
    return failureOf(error);
  }
}

async function countOnce(note: EventNote, { api }: EventRecorderOptions, now: Instant, call: Call): Promise<void> {
  const at = { namespace: namespaceOf(note), name: nameOf(note) };
  const { metadata, count } = await api.get(events, at, call);
  const body = {
    metadata: { resourceVersion: metadata.resourceVersion },
    count: (count ?? 1) + 1,
    lastTimestamp: formatTime(now),
    message: note.message,
  };
  await api.patch(events, at, { kind: "merge", body }, {}, call);
}

/** Another version, or gone after its hour: worth another try. */
function failureOf(error: unknown): Written {
  if (!(error instanceof KubeError)) {
    const cause = new KubeError("lost", "the event could not be written", { cause: error, retryable: true });
    return { passing: cause };
  }
  const isGone = error.code === "not-found" && error.status?.details?.kind === events.plural;
  return error.retryable || error.code === "conflict" || isGone ? { passing: error } : { refused: error };
}
