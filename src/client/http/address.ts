import type { Resource } from "../../kube/resource.ts";

export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** `/api/v1/namespaces/a/pods/b/eviction`: the core group stands under /api, all others under /apis. */
export function pathOf(r: Resource, place: Place): string {
  const group = r.group === "" ? `/api/${r.version}` : `/apis/${r.group}/${r.version}`;
  const namespace = r.namespaced && place.namespace !== undefined ? `/namespaces/${encodeURIComponent(place.namespace)}` : "";
  const name = place.name === undefined ? "" : `/${encodeURIComponent(place.name)}`;
  const subresource = place.subresource === undefined ? "" : `/${place.subresource}`;
  return `${group}${namespace}/${r.plural}${name}${subresource}`;
}

/** With its "?", or empty; what is undefined is left out. */
export function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? "" : `?${query.toString()}`;
}
