import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { missingPermissions, type Need, patchNodes } from "../../maintenance/permissions.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { resourceFor } from "../install/resources.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { lasting, operator } from "../manifests/manifests.ts";
import type { ManifestOptions } from "../manifests/options.ts";
import { letGo, returnNode } from "./let-go.ts";
import { heldNodes, look, type Standing } from "./look.ts";
import type { NodeOut, Removed, ReturnedNode, UninstallOutcome } from "./outcome.ts";
import { remove } from "./remove.ts";

export interface UninstallOptions {
  readonly what: ManifestOptions;
  /** What becomes of nodes that are out. Absent: nobody has said. */
  readonly nodes?: "return" | "leave";
  /** The kinds go too, and with them every object of them. */
  readonly deleteDefinitions: boolean;
  /** Asks whether that shall be done. Absent: nobody can be asked. */
  readonly agree?: (out: readonly NodeOut[]) => Promise<boolean>;
  readonly show: (removed: Removed) => void;
  readonly showNode: (returned: ReturnedNode) => void;
}

/**
 * Takes the operator away. Webhooks go first, so that nobody waits for an answer that no one gives; its pods next, so that it puts nothing back
 * that is undone after that; its rights and its namespace last.
 */
export async function uninstall(s: Surroundings, o: UninstallOptions): Promise<UninstallOutcome> {
  const removed: Removed[] = [];
  try {
    const standing = await look(s);
    if (standing.out.length > 0 && o.nodes === undefined) return { kind: "undecided", out: standing.out };
    const missing = await missingPermissions(needsOf(o, standing), s);
    if (missing.length > 0) return { kind: "denied", missing };
    if (o.agree === undefined || !(await o.agree(standing.out))) return { kind: "declined", asked: o.agree !== undefined };
    const take = async (all: readonly Manifest[]): Promise<void> => {
      for (const manifest of all) {
        const done = await remove(manifest, s);
        if (done === undefined) continue;
        o.show(done);
        removed.push(done);
      }
    };
    const [running, rest] = inOrder(o.what);
    await take(running);
    // What stands now: the operator may have gone on until its last moment.
    const held = await heldNodes(s);
    const returned = o.nodes === "return" ? await returnAll(held, s, o) : [];
    const { objects } = await look(s);
    for (const object of objects) await letGo(object, s);
    await take(rest);
    if (o.deleteDefinitions) await take(definitionsOf(o.what));
    return {
      kind: "uninstalled",
      removed,
      returned,
      left: o.nodes === "return" ? [] : held,
      objects: o.deleteDefinitions ? [] : objects.map(({ name }) => name),
    };
  } catch (error) {
    if (s.stop.aborted) return { kind: "stopped", removed };
    throw error;
  }
}

/** What must go before anything is undone; and the rest, each before what it stands in. */
function inOrder(what: ManifestOptions): readonly [running: readonly Manifest[], rest: readonly Manifest[]] {
  const all = operator(what).toReversed();
  const isRunning = ({ kind }: Manifest): boolean => kind === "ValidatingWebhookConfiguration" || kind === "Deployment";
  return [all.filter(isRunning), all.filter((manifest) => !isRunning(manifest))];
}

function definitionsOf(what: ManifestOptions): readonly Manifest[] {
  return lasting(what).filter(({ kind }) => kind === "CustomResourceDefinition");
}

async function returnAll(held: readonly NodeView[], s: Surroundings, o: UninstallOptions): Promise<readonly ReturnedNode[]> {
  const returned: ReturnedNode[] = [];
  for (const node of held) {
    const done = await returnNode(node, s);
    o.showNode(done);
    returned.push(done);
  }
  return returned;
}

function needsOf(o: UninstallOptions, { nodes: held, objects }: Standing): readonly Need[] {
  const needs = [...operator(o.what), ...(o.deleteDefinitions ? definitionsOf(o.what) : [])].flatMap((manifest) => {
    const { group, plural } = resourceFor(manifest);
    const { namespace } = manifest.metadata;
    const where = namespace === undefined ? {} : { namespace };
    return (["get", "delete"] as const).map((verb): Need => ({ verb, group, resource: plural, ...where }));
  });
  const all = [
    ...needs,
    ...(o.nodes === "return" && held.length > 0 ? [patchNodes] : []),
    ...objects.map(({ resource: { group, plural } }): Need => ({ verb: "patch", group, resource: plural })),
  ];
  return [...new Map(all.map((need) => [JSON.stringify(need), need])).values()];
}
