import type { KubeObject } from "../../kube/object.ts";
import { isStatus } from "../../kube/status.ts";
import { KubeError } from "../errors.ts";
import type { Item, WatchEvent } from "../kube-api.ts";

/** Marks the bookmark that ends the state of a watch-list (KEP-3157). */
const initialEventsEnd = "k8s.io/initial-events-end";

/** One line of a watch. Types that are none of ours are left out (undefined), as client-go does. */
export function parseWatchEvent<T extends KubeObject, P>(line: Buffer, project: (object: T) => P): WatchEvent<Item<P>> | undefined {
  let event: unknown;
  try {
    event = JSON.parse(line.toString("utf8"));
  } catch (cause) {
    throw new KubeError("not-kubernetes", "a line of the watch is no JSON", { cause });
  }
  const { type, object } = (event ?? {}) as { readonly type?: unknown; readonly object?: unknown };
  if (type === "ERROR") {
    return { type, status: isStatus(object) ? object : { kind: "Status", message: "the watch ended with an error that is no Status" } };
  }
  if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED" && type !== "BOOKMARK") return undefined;
  const meta = (object as Partial<KubeObject> | undefined)?.metadata;
  if (meta === undefined) throw new KubeError("not-kubernetes", "an event of the watch has no metadata");
  if (type === "BOOKMARK") {
    return { type, resourceVersion: meta.resourceVersion, initial: meta.annotations?.[initialEventsEnd] === "true" };
  }
  return { type, item: itemOf(object as T, project) };
}

export function itemOf<T extends KubeObject, P>(object: T, project: (object: T) => P): Item<P> {
  const { uid, namespace, name, resourceVersion } = object.metadata;
  return { uid, name, resourceVersion, value: project(object), ...(namespace === undefined ? {} : { namespace }) };
}
