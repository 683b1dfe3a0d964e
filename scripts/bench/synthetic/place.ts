import type { Wanted } from "./shelf.ts";

/** Of what a path of the API tells. */
export interface Place {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** `/api/v1/namespaces/a/pods/b/eviction` and `/apis/GROUP/VERSION/…`. */
export function placeOf(path: string): Place | undefined {
  const words = path.split("/").slice(1).map(decodeURIComponent);
  const [group = "", version = "", ...rest] = words[0] === "api" ? ["", ...words.slice(1)] : words.slice(1);
  const isNamespaced = rest[0] === "namespaces" && rest.length > 2;
  const [plural, name, subresource] = isNamespaced ? rest.slice(2) : rest;
  if (plural === undefined) return undefined;
  return {
    group,
    version,
    plural,
    ...(isNamespaced && rest[1] !== undefined ? { namespace: rest[1] } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

export function verbOf(method: string, url: URL, place: Place | undefined): "watch" | "list" | "get" | "create" | "patch" | "delete" {
  if (method === "POST") return "create";
  if (method === "PATCH") return "patch";
  if (method === "DELETE") return "delete";
  if (url.searchParams.get("watch") === "true") return "watch";
  return place?.name === undefined ? "list" : "get";
}

/** Of what a list or a watch was restricted to. */
export function scopeOf(url: URL, place: Place | undefined): string {
  const namespace = place?.namespace === undefined || place.name !== undefined ? [] : [`in ${place.namespace}`];
  const fields = url.searchParams.get("fieldSelector");
  const labels = url.searchParams.get("labelSelector");
  const by = [...(fields === null ? [] : [fields.replace(/=.*/, "")]), ...(labels === null ? [] : [labels])].map((key) => `by ${key}`);
  return [...namespace, ...by].map((word) => ` ${word}`).join("");
}

export function wantedOf({ namespace }: Place, query: URLSearchParams): Wanted {
  const [labelSelector, fieldSelector] = [query.get("labelSelector"), query.get("fieldSelector")];
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === null ? {} : { labelSelector }),
    ...(fieldSelector === null ? {} : { fieldSelector }),
  };
}

export function atOf({ namespace, name = "" }: Place): { readonly namespace?: string; readonly name: string } {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}
