import type { Call, Item, KubeApi, ListQuery } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";

export interface SurveyOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  /** kubectl's `--chunk-size`; the whole cluster in one answer is not asked for even where it is 0. */
  readonly pageSize?: number;
  readonly signal: AbortSignal;
}

/** Pages of a size that is read and let go quickly. */
export async function* pagesOf<T extends KubeObject, P>(
  resource: Resource<T>,
  query: ListQuery<T, P>,
  { api, pageSize = 0, signal }: SurveyOptions,
): AsyncGenerator<{ readonly items: readonly Item<P>[]; readonly restarted: boolean }, void, undefined> {
  const call: Call = { signal, lane: "bulk" };
  const size = pageSize > 0 ? { pageSize } : {};
  for await (const { items, restarted } of api.list(resource, { ...query, ...size }, call)) yield { items, restarted: restarted === true };
}
