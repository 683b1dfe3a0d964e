import { isKubeError } from "../../client/errors.ts";
import { maintenanceFinalizer, maintenances } from "../../api/maintenance.ts";
import { nodeMaintenanceFinalizer, nodeMaintenances } from "../../api/node-maintenance.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { holderTitle } from "../../cluster/view/holder.ts";
import { holdOf } from "../../cluster/view/node-hold.ts";
import { projectNode } from "../../cluster/view/project.ts";
import type { KubeObject } from "../../kube/object.ts";
import { nodes, type Resource } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { NodeOut } from "./outcome.ts";

/** An object that keeps a node out, or would have to say so before it goes. */
export interface HoldingObject {
  readonly resource: Resource<KubeObject & { readonly spec?: { readonly nodeName?: string } }>;
  readonly object: KubeObject;
  /** "maintenance/rack-7" */
  readonly name: string;
  readonly node: string;
  readonly finalizer: string;
}

/** What stands of Drydock's doing, beside its own installation. */
export interface Standing {
  /** Nodes with a record on them that is in force, or that cannot be read. */
  readonly nodes: readonly NodeView[];
  /** Objects with our finalizer. */
  readonly objects: readonly HoldingObject[];
  readonly out: readonly NodeOut[];
}

type Reading = Pick<Surroundings, "api" | "stop">;

export async function look(s: Reading): Promise<Standing> {
  const [held, ours, theirs] = await Promise.all([
    heldNodes(s),
    holding(maintenances, maintenanceFinalizer, s),
    holding(nodeMaintenances, nodeMaintenanceFinalizer, s),
  ]);
  const objects = [...ours, ...theirs];
  const names = [...new Set([...held.map(({ name }) => name), ...objects.map(({ node }) => node)])].toSorted(compareText);
  const out = names.map((name): NodeOut => {
    const record = held.find((node) => node.name === name)?.held;
    const titles = record === undefined || record === "unreadable" ? [] : record.holders.map(holderTitle);
    const by = new Set([...titles, ...objects.filter(({ node }) => node === name).map((each) => each.name)]);
    return { name, by: [...by].toSorted(compareText) };
  });
  return { nodes: held, objects, out };
}

/** @throws KubeError where nodes may not be listed */
export async function heldNodes({ api, stop }: Reading): Promise<readonly NodeView[]> {
  const found = await everyOne(nodes, projectNode, { api, stop });
  return found.filter((node) => node.held === "unreadable" || holdOf(node)?.record !== undefined);
}

async function holding(resource: HoldingObject["resource"], finalizer: string, s: Reading): Promise<readonly HoldingObject[]> {
  try {
    const all = await everyOne(resource, (object) => object, s);
    return all.flatMap((object) => {
      if (object.metadata.finalizers?.includes(finalizer) !== true) return [];
      const name = `${resource.kind.toLowerCase()}/${object.metadata.name}`;
      return [{ resource, object, name, node: object.spec?.nodeName ?? "", finalizer }];
    });
  } catch (error) {
    // The kind is not served here.
    if (isKubeError(error, "not-found")) return [];
    throw error;
  }
}

async function everyOne<T extends KubeObject, P>(
  resource: Resource<T>,
  project: (object: T) => P,
  { api, stop }: Reading,
): Promise<readonly P[]> {
  const found: P[] = [];
  for await (const page of api.list(resource, { project }, { signal: stop })) {
    if (page.restarted === true) found.length = 0;
    found.push(...page.items.map(({ value }) => value));
  }
  return found;
}
