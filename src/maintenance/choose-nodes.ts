import { isKubeError } from "../client/errors.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import { projectNode } from "../cluster/view/project.ts";
import { nodes } from "../kube/resource.ts";
import { nearest } from "../runtime/nearest.ts";
import type { NodeChoice, Outcome } from "./outcome.ts";
import type { Surroundings } from "./work.ts";

type NoChoice = Extract<Outcome, { readonly kind: "no-such-node" | "no-node-selected" }>;

/** The names meant, each once and in the order given; by selector in the order of the list. Names are not looked up here. */
export async function chosenNames(
  choice: NodeChoice,
  pageSize: number | undefined,
  { api, stop }: Surroundings,
): Promise<readonly string[] | NoChoice> {
  if (choice.selector === undefined) return [...new Set(choice.names)];
  const query = { labelSelector: choice.selector, project: () => true, ...(pageSize === undefined ? {} : { pageSize }) };
  const names: string[] = [];
  for await (const page of api.list(nodes, query, { signal: stop, lane: "control" })) names.push(...page.items.map((item) => item.name));
  return names.length === 0 ? { kind: "no-node-selected", selector: choice.selector } : names;
}

/** The nodes themselves, read once; one unknown name means that none is touched. */
export async function readNodes(names: readonly string[], s: Surroundings): Promise<readonly NodeView[] | NoChoice> {
  const found = await Promise.all(
    names.map(async (name): Promise<NodeView | undefined> => {
      try {
        return projectNode(await s.api.get(nodes, { name }, { signal: s.stop, lane: "control" }));
      } catch (error) {
        if (isKubeError(error, "not-found")) return undefined;
        throw error;
      }
    }),
  );
  const missing = names.filter((_, i) => found[i] === undefined);
  return missing.length === 0 ? found.filter((node) => node !== undefined) : await noSuchNode(missing, s);
}

/** Says which names exist nowhere, and which existing name is nearest to each. */
export async function noSuchNode(names: readonly string[], { api, stop }: Surroundings): Promise<NoChoice> {
  const existing: string[] = [];
  try {
    for await (const page of api.list(nodes, { project: () => true }, { signal: stop, lane: "control" }))
      existing.push(...page.items.map((item) => item.name));
  } catch (error) {
    // The suggestion is a courtesy; the finding stands without it.
    if (!isKubeError(error)) throw error;
  }
  return { kind: "no-such-node", names, near: Object.fromEntries(names.map((name) => [name, nearest(name, existing)])) };
}
