import type { Destination, Replacement } from "../maintenance/destination.ts";
import type { Json } from "../kube/object.ts";
import { formatTime } from "../kube/time.ts";
import { whereWords } from "./destination-words.ts";
import { nameOf } from "./names.ts";

/** Where one workload went, for programs. */
export function destinationDocument({ namespace, kind, name, pods }: Destination): Json {
  return { namespace, kind, name, pods: pods.map(replacementDocument) };
}

function replacementDocument({ moved, by, where }: Replacement): Json {
  return {
    moved: nameOf(moved),
    by: by === undefined ? null : nameOf(by),
    state: where.kind,
    node: "node" in where ? where.node : null,
    since: "since" in where && where.since !== undefined ? formatTime(where.since) : null,
    reason: "why" in where ? where.why : null,
    message: whereWords(where),
  };
}
