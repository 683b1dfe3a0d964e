import { isJsonObject, jsonEquals, memberOf } from "../../kube/json-equal.ts";
import type { Json } from "../../kube/object.ts";

/** The merge patch (RFC 7386) that makes `after` of `before`: what is gone is null, what is the same is left out. */
export function mergeDiff(before: Json | undefined, after: Json): Json {
  if (!isJsonObject(after) || !isJsonObject(before)) return after;
  const changes = new Map<string, Json>();
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) changes.set(key, null);
  for (const [key, value] of Object.entries(after)) {
    const was = memberOf(before, key);
    if (was === undefined || !jsonEquals(was, value)) changes.set(key, mergeDiff(was, value));
  }
  return Object.fromEntries(changes);
}
