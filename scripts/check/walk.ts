/** A node of an ESTree with TypeScript's additions, read by its shape: the rules look at few of its two hundred kinds. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** Where a node hangs: its parent, the parent's field, and the same for the parent. */
export interface Place {
  readonly parent: Node;
  readonly field: string;
  readonly above: Place | undefined;
}

export function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Visits every node, parents first. `enter` returns false to leave out what is below. */
export function walk(node: Node, enter: (node: Node, place: Place | undefined) => boolean | void, place?: Place): void {
  if (enter(node, place) === false) return;
  for (const [field, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (isNode(child)) walk(child, enter, { parent: node, field, above: place });
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "start" in value;
}
