import type { KubeObject } from "../../kube/object.ts";
import type { Change } from "../store/change.ts";
import { stamped } from "../store/store.ts";
import type { Matcher } from "./selection.ts";

/** What a watcher is told of a change; undefined where it is none of its business. */
export interface Told {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

/**
 * As the API server's watch cache does it: an object that begins to match is ADDED, one that no longer matches is DELETED. DELETED carries
 * the last object that matched, with the revision of the change.
 */
export function toldOf(change: Change, matcher: Matcher): Told | undefined {
  const { before, after } = change;
  const matched = before !== undefined && matcher(before);
  if (after !== undefined && matcher(after)) return { type: matched ? "MODIFIED" : "ADDED", object: after };
  return matched ? { type: "DELETED", object: stamped(before, change.revision) } : undefined;
}
