import type { KubeObject } from "../../kube/object.ts";
import { apiVersionOf, type Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";
import { isKubeError } from "../errors.ts";
import type { Item, ListQuery, Page } from "../kube-api.ts";
import { pathOf, queryOf } from "./address.ts";
import { itemOf } from "./watch-events.ts";

/** As much as the server sends and we parse at once: 500 pods are 3–7 MB, some 40 ms of parsing. */
const defaultPageSize = 500;

/** What a list looks like on the wire. Its items carry neither apiVersion nor kind. */
interface WireList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items?: readonly KubeObject[] | null;
}

/** Gets one page, parsed; throws `KubeError`. */
export type GetPage = (path: string, query: string) => Promise<WireList>;

/**
 * Page after page. The server forgets a list's place when its version is compacted away (5 min by default) and answers 410: the list then
 * begins anew, once, and its first page says `restarted`. Each object is projected and let go before the next is looked at.
 */
export async function* listPages<T extends KubeObject, P>(
  r: Resource<T>,
  q: ListQuery<T, P>,
  get: GetPage,
  clock: Clock,
): AsyncGenerator<Page<Item<P>>, void, undefined> {
  const path = pathOf(r, q.namespace === undefined ? {} : { namespace: q.namespace });
  const limit = q.pageSize === 0 ? undefined : (q.pageSize ?? defaultPageSize);
  // Without a projection P is T itself.
  const project = q.project ?? ((object: T) => object as unknown as P);
  let next: string | undefined;
  let restarts = 0;
  let announce = false;
  do {
    let list: WireList;
    try {
      list = await get(path, queryOf(pageQuery(q, limit, next)));
    } catch (error) {
      if (next === undefined || restarts > 0 || !isKubeError(error, "expired")) throw error;
      restarts += 1;
      announce = true;
      next = undefined;
      list = await get(path, queryOf(pageQuery(q, limit, next)));
    }
    const items: Item<P>[] = [];
    for (const object of list.items ?? []) {
      items.push(itemOf({ apiVersion: apiVersionOf(r), kind: r.kind, ...object } as T, project));
      await clock.breathe();
    }
    const { resourceVersion = "", remainingItemCount } = list.metadata ?? {};
    next = list.metadata?.continue || undefined;
    yield {
      items,
      resourceVersion,
      ...(remainingItemCount === undefined ? {} : { remaining: remainingItemCount }),
      ...(announce ? { restarted: true as const } : {}),
    };
    announce = false;
  } while (next !== undefined);
}

function pageQuery<T extends KubeObject, P>(
  q: ListQuery<T, P>,
  limit: number | undefined,
  next: string | undefined,
): Readonly<Record<string, string | number | undefined>> {
  const first = next === undefined && q.resourceVersion !== undefined;
  return {
    labelSelector: q.labelSelector,
    fieldSelector: q.fieldSelector,
    limit,
    continue: next,
    // The place carries its own version; the server refuses both together.
    resourceVersion: first ? q.resourceVersion : undefined,
    resourceVersionMatch: first ? "NotOlderThan" : undefined,
  };
}
