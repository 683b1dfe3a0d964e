/** What a client may not do; everything else it may. Absent fields stand for "any"; without `subresource` the object itself is meant. */
export interface Denial {
  readonly verb?: Verb;
  /** The plural: "pods", "poddisruptionbudgets". */
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

export type Verb = "get" | "list" | "watch" | "create" | "patch" | "delete";
export type Permissions = readonly Denial[];

export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

export function isDenied(denials: Permissions, asked: Asked): boolean {
  return denials.some(
    ({ verb, resource, subresource, namespace }) =>
      (verb === undefined || verb === asked.verb) &&
      (resource === undefined || (resource === asked.resource && subresource === asked.subresource)) &&
      (namespace === undefined || namespace === asked.namespace),
  );
}
