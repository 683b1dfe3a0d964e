import type { KubeObject } from "../../kube/object.ts";
import { apiVersionOf, type Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";
import { isKubeError } from "../errors.ts";
import type { Item, ListQuery, Page } from "../kube-api.ts";
import { pathOf, queryOf } from "./address.ts";
import { parsedObject } from "./caller.ts";
import { cutList } from "./list-body.ts";
import { itemOf } from "./watch-events.ts";

/** client-go's page too: 3–7 MB for pods. */
const defaultPageSize = 500;

interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Gets one page and what `parse` makes of it; undefined from `parse` means that it is none. Throws `KubeError`. */
export type GetPage = <R>(path: string, query: string, parse: (body: Buffer) => Promise<R | undefined>) => Promise<R>;

/**
 * Page after page. The server forgets a list's place when its version is compacted away (5 min by default) and answers 410: the list then
 * begins anew, once, and its first page says `restarted`.
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
  const parse = (body: Buffer): Promise<ParsedPage<P> | undefined> => parsePage(body, r, project, clock);
  let next: string | undefined;
  let restarted = false;
  do {
    let page: ParsedPage<P>;
    let anew = false;
    try {
      page = await get(path, queryOf(pageQuery(q, limit, next)), parse);
    } catch (error) {
      if (next === undefined || restarted || !isKubeError(error, "expired")) throw error;
      restarted = true;
      anew = true;
      page = await get(path, queryOf(pageQuery(q, limit, undefined)), parse);
    }
    const { resourceVersion = "", remainingItemCount } = page.meta;
    next = page.meta.continue || undefined;
    yield {
      items: page.items,
      resourceVersion,
      ...(remainingItemCount === undefined ? {} : { remaining: remainingItemCount }),
      ...(anew ? { restarted: true as const } : {}),
    };
  } while (next !== undefined);
}

interface ParsedPage<P> {
  readonly items: readonly Item<P>[];
  readonly meta: ListMeta;
}

/** Each object is parsed, given the apiVersion and kind that the items of a list lack, projected, and let go before the next. */
async function parsePage<T extends KubeObject, P>(
  body: Buffer,
  r: Resource<T>,
  project: (object: T) => P,
  clock: Clock,
): Promise<ParsedPage<P> | undefined> {
  await clock.breathe();
  const cut = cutList(body);
  const list = parsedObject(cut?.rest ?? body);
  // Go writes an empty slice as null, or leaves it out.
  if (list === undefined || !("metadata" in list) || (cut === undefined && "items" in list && list.items !== null)) return undefined;
  const typed = { apiVersion: apiVersionOf(r), kind: r.kind };
  const items: Item<P>[] = [];
  for (let at = 0; cut !== undefined && at < cut.bounds.length; at += 2) {
    const object = parsedObject(body.subarray(cut.bounds[at], cut.bounds[at + 1]));
    if (object === undefined) return undefined;
    items.push(itemOf({ ...typed, ...object } as T, project));
    await clock.breathe();
  }
  return { items, meta: list.metadata as ListMeta };
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
