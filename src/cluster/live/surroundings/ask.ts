import { isKubeError } from "../../../client/errors.ts";
import type { ApiGroup, Call, KubeApi } from "../../../client/kube-api.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { qualifiedName, type Resource } from "../../../kube/resource.ts";
import type { Verb } from "../../../kube/verb.ts";
import type { Instant } from "../../../runtime/clock.ts";
import type { NodeView, PodView } from "../../view/cluster-view.ts";
import type { Unread } from "../../view/surroundings.ts";

/** What a question about the surroundings may use. */
export interface Ask {
  readonly api: KubeApi;
  readonly nodes: readonly NodeView[];
  podsOn(node: string): readonly PodView[];
  /** Groups that the server serves; none where it does not say. */
  readonly groups: readonly ApiGroup[];
  /** The server's clock. */
  now(): Instant;
  readonly signal: AbortSignal;
  /** Something could not be read. */
  readonly note: (unread: Unread) => void;
}

/** The object, or undefined where it is not there or cannot be read. */
export async function getIfAllowed<T extends KubeObject>(
  ask: Ask,
  resource: Resource<T>,
  at: { readonly namespace?: string; readonly name: string },
): Promise<T | undefined> {
  return await ifAllowed(ask, "get", resource, (call) => ask.api.get(resource, at, call));
}

/** What `keep` leaves of every object of a list; empty where it cannot be read. */
export async function listIfAllowed<T extends KubeObject, P>(
  ask: Ask,
  resource: Resource<T>,
  keep: (object: T) => P | undefined,
  selection: { readonly namespace?: string; readonly labelSelector?: string } = {},
): Promise<readonly P[] | undefined> {
  return await ifAllowed(ask, "list", resource, async (call) => {
    const kept: P[] = [];
    for await (const page of ask.api.list(resource, { ...selection, project: keep }, call)) {
      if (page.restarted === true) kept.length = 0;
      for (const { value } of page.items) if (value !== undefined) kept.push(value);
    }
    return kept;
  });
}

/** A lane of its own kind: nothing that the drain itself asks for waits behind it. */
async function ifAllowed<T>(
  { signal, note }: Ask,
  verb: Verb,
  resource: Resource,
  work: (call: Call) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work({ signal, lane: "bulk" });
  } catch (error) {
    signal.throwIfAborted();
    if (!isKubeError(error)) throw error;
    if (error.code !== "not-found")
      note({ verb, resource: qualifiedName(resource), ...(error.code === "forbidden" ? {} : { message: error.message }) });
    return undefined;
  }
}
