import type { AuditEvent } from "../../test/control-plane/fixture/audit.ts";

/** What a tool asked of the API server, by kind. */
export interface Calls {
  readonly evictions: number;
  readonly watches: number;
  readonly listPages: number;
  readonly others: number;
  readonly total: number;
}

export function countCalls(events: readonly AuditEvent[]): Calls {
  const evictions = events.filter((event) => event.objectRef?.subresource === "eviction").length;
  const watches = events.filter((event) => event.verb === "watch").length;
  const listPages = events.filter((event) => event.verb === "list").length;
  return { evictions, watches, listPages, others: events.length - evictions - watches - listPages, total: events.length };
}
