import { posix } from "node:path";
import type { Source } from "../source.ts";
import type { Violation } from "../violation.ts";

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** No file may reach itself through imports, types included, and no two folders side by side may import each other. */
export function checkCycles(sources: readonly Source[]): Violation[] {
  const files = graphOf(sources, (path) => path);
  const folders = graphOf(
    sources.filter(({ path }) => !path.endsWith(".test.ts")),
    posix.dirname,
    // A folder and one inside it are one thing seen at two depths: `client/connect.ts` may use `client/http/`, which knows `client/errors.ts`.
    (from, to) => !isInside(from, to) && !isInside(to, from),
  );
  const knots = knotsOf(files).map((knot) => ({ path: knot[0] ?? "", message: `import cycle: ${knot.join(" → ")}` }));
  const inFiles = new Set(knotsOf(files).map((knot) => knot.map(posix.dirname).sort().join()));
  for (const knot of knotsOf(folders)) {
    if (
      inFiles.has(
        knot
          .map((folder) => folder)
          .sort()
          .join(),
      )
    )
      continue;
    const path = sources.find((source) => posix.dirname(source.path) === knot[0])?.path ?? "";
    knots.push({ path, message: `folders import each other: ${knot.join(" → ")}` });
  }
  return knots.map(({ path, message }) => ({
    path,
    line: 1,
    rule: "cycles",
    message,
    mend: "move what both sides need into a file of its own below them, or pass one of them in as an argument; types count as well",
  }));
}

function isInside(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}/`);
}

function graphOf(
  sources: readonly Source[],
  place: (path: string) => string,
  counts: (from: string, to: string) => boolean = () => true,
): Graph {
  const known = new Set(sources.map(({ path }) => path));
  const graph = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const from = place(path);
    const edges = graph.get(from) ?? new Set();
    graph.set(from, edges);
    for (const { target } of imports) {
      if (target === undefined || !known.has(target)) continue;
      const to = place(target);
      const sameFolder = from === to && path !== target;
      if (!sameFolder && (from === to || counts(from, to))) edges.add(to);
    }
  }
  return graph;
}

/** One shortest cycle for each group of nodes that reach each other, the first node repeated at its end. */
function knotsOf(graph: Graph): string[][] {
  const seen = new Set<string>();
  const knots: string[][] = [];
  for (const start of [...graph.keys()].sort()) {
    if (seen.has(start)) continue;
    const cycle = shortestWayBack(graph, start);
    if (cycle === undefined) continue;
    knots.push(cycle);
    for (const node of cycle) seen.add(node);
  }
  return knots;
}

function shortestWayBack(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at: string | undefined = node; at !== undefined && at !== start; at = cameFrom.get(at)) way.unshift(at);
        return [start, ...way];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}
