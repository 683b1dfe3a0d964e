import { digest } from "../../runtime/hash.ts";
import { formatTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { EventNote } from "./contract.ts";

const longestName = 253;
const hashDigits = 16;
/** As events.k8s.io has it (NoteLengthLimit); core/v1 takes more, but nobody reads more. */
const longestMessage = 1024;

/** Events of cluster-scoped objects are in "default", as client-go's recorder has it; the server refuses other places for them. */
export function namespaceOf({ about }: EventNote): string {
  return about.namespace === undefined || about.namespace === "" ? "default" : about.namespace;
}

/**
 * The same for the same event, whoever writes it: the server refuses the second. (client-go's names end in the time, and tell apart what is
 * the same.)
 */
export function nameOf({ about, component, reason, message, key = message }: EventNote): string {
  const hash = digest([about.kind, about.uid ?? about.name, component, reason, key]).slice(0, hashDigits);
  const stem = about.name.slice(0, longestName - hashDigits - 1).replace(/[^a-z0-9]+$/, "");
  return `${stem}.${hash}`;
}

/** A core/v1 Event as client-go's recorder writes it. */
export function bodyOf(note: EventNote, host: string | undefined, now: Instant): object {
  const { about, component, type, reason, message } = note;
  const stamp = formatTime(now);
  const text = message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: nameOf(note), namespace: namespaceOf(note) },
    involvedObject: about,
    reason,
    message: text,
    type,
    source: { component, ...(host === undefined ? {} : { host }) },
    reportingComponent: component,
    ...(host === undefined ? {} : { reportingInstance: host }),
    count: 1,
    firstTimestamp: stamp,
    lastTimestamp: stamp,
  };
}
