import type { Selection } from "../../client/kube-api.ts";
import { startReflector } from "../../client/reflector/reflector.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";

/** Which objects are watched: one by its name, those of a namespace with these labels, or all. */
export type Watched =
  | { readonly all: true }
  | { readonly namespace?: string; readonly name: string }
  | { readonly namespace: string; readonly labelSelector: string };

/**
 * Watches until `holds` is true of what is there. Whatever the server does meanwhile, the watch goes on.
 *
 * @param holds is given all that is there at the moment, each time it changes
 * @throws KubeError where watching is denied; `stop.reason` where that aborts first
 */
export async function until<T extends KubeObject>(
  resource: Resource<T>,
  watched: Watched,
  holds: (objects: readonly T[]) => boolean,
  { api, clock, random, stop }: Pick<Surroundings, "api" | "clock" | "random" | "stop">,
): Promise<void> {
  const here = new Map<string, T>();
  const reached = Promise.withResolvers<void>();
  const look = (): void => {
    if (holds([...here.values()])) reached.resolve();
  };
  const namespace = "all" in watched ? undefined : watched.namespace;
  const selection = selectionOf(watched);
  await using reflector = startReflector<T, T>({
    api,
    resource,
    selection: { ...selection, ...(namespace === undefined ? {} : { namespace }) },
    project: (object) => object,
    clock,
    random,
    signal: stop,
    sink: {
      replace: (items) => {
        here.clear();
        for (const { uid, value } of items) here.set(uid, value);
        look();
      },
      apply: (changes) => {
        for (const { type, item } of changes) {
          if (type === "DELETED") here.delete(item.uid);
          else here.set(item.uid, item.value);
        }
        look();
      },
    },
  });
  const denial = async (): Promise<void> => {
    const outcome = await reflector.firstOutcome;
    if (outcome !== "synced" && "denied" in outcome) throw outcome.denied;
    await reached.promise;
  };
  const stopped = Promise.withResolvers<never>();
  const abort = (): void => stopped.reject(stop.reason);
  if (stop.aborted) abort();
  stop.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([reached.promise, denial(), stopped.promise]);
  } finally {
    stop.removeEventListener("abort", abort);
    stopped.promise.catch(() => undefined);
  }
}

function selectionOf(watched: Watched): Selection {
  if ("all" in watched) return {};
  return "name" in watched ? { fieldSelector: `metadata.name=${watched.name}` } : { labelSelector: watched.labelSelector };
}
