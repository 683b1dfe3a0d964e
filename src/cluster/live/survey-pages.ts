import type { Call, Item, KubeApi, ListQuery } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";

export interface SurveyOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  /** kubectl's `--chunk-size`, where it is smaller than what is asked for here. */
  readonly pageSize?: number;
  readonly signal: AbortSignal;
}

/** Small pages are let go while they are young: with 500 pods in each, memory peaks 7 MB higher, and nothing is read sooner. */
const largestPage = 100;

/** Page after page on the lane for bulk. */
export async function* pagesOf<T extends KubeObject, P>(
  resource: Resource<T>,
  query: ListQuery<T, P>,
  { api, pageSize = 0, signal }: SurveyOptions,
): AsyncGenerator<{ readonly items: readonly Item<P>[]; readonly restarted: boolean }, void, undefined> {
  const call: Call = { signal, lane: "bulk" };
  const paged = { ...query, pageSize: pageSize > 0 ? Math.min(pageSize, largestPage) : largestPage };
  for await (const { items, restarted } of api.list(resource, paged, call)) yield { items, restarted: restarted === true };
}
