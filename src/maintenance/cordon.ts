import { KubeError } from "../client/errors.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import { ourTaints } from "../cluster/view/held-record.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { holdNode, liftCordon } from "../execution/node-requests.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import { chosenNames, readNodes } from "./choose-nodes.ts";
import { holderOfCommand } from "./identity.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { MissingPermission, NodeOutcome, Outcome } from "./outcome.ts";
import { missingPermissions, patchNodes } from "./permissions.ts";
import type { CordonOptions, Surroundings } from "./work.ts";

/** Takes nodes out of scheduling, each with its record in the same write. Nothing is touched unless all names exist and the write is permitted. */
export async function cordonNodes(s: Surroundings, o: CordonOptions): Promise<Outcome> {
  return await onEachNode(s, o, async (node, holder) => {
    if (o.dryRun === "client") {
      s.observe({ kind: "cordoned", at: s.clock.now(), node: node.name, already: node.unschedulable, foreign: false, dryRun: true });
      return settled(node, "cordoned", "no");
    }
    const result = await holdNode(node, holder, { api: s.api, signal: s.stop, dryRun: o.dryRun === "server" });
    if (result.kind !== "held")
      return failed(
        node,
        result.kind === "refused" ? new KubeError("invalid", result.code) : result.error,
        result.kind === "refused" ? result.code : undefined,
      );
    s.observe({
      kind: "cordoned",
      at: s.clock.now(),
      node: node.name,
      already: result.already,
      foreign: result.foreign,
      dryRun: o.dryRun === "server",
    });
    return settled(node, "cordoned", result.foreign ? "by-others" : "by-us");
  });
}

/** Puts nodes back into scheduling, whoever took them out, and names whom that overrides. */
export async function uncordonNodes(s: Surroundings, o: CordonOptions): Promise<Outcome> {
  return await onEachNode(s, o, async (node, holder) => {
    const dryRun = o.dryRun !== "none";
    const result =
      o.dryRun === "client"
        ? ({ kind: "lifted", already: !node.unschedulable, overrides: [] } as const)
        : await liftCordon(node, holder, { api: s.api, signal: s.stop, dryRun });
    if (result.kind === "failed") return failed(node, result.error, undefined);
    const taints = ourTaints(node.held, node).map(formatTaint);
    s.observe({
      kind: "uncordoned",
      at: s.clock.now(),
      node: node.name,
      already: result.already,
      overrides: result.overrides,
      taints,
      dryRun,
    });
    return settled(node, "uncordoned", "no");
  });
}

interface Seen {
  readonly nodes: readonly NodeView[];
  readonly missing: readonly MissingPermission[];
  readonly holder: Holder;
}

async function onEachNode(
  s: Surroundings,
  o: CordonOptions,
  work: (node: NodeView, holder: Holder) => Promise<NodeOutcome>,
): Promise<Outcome> {
  const seen = await unlessStopped(s, () => readAll(s, o));
  if ("kind" in seen) return seen;
  const { nodes, missing, holder } = seen;
  if (missing.length > 0) return { kind: "denied", missing };
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  return { kind: "finished", nodes: await Promise.all(nodes.map((node) => work(node, holder))) };
}

async function readAll(s: Surroundings, o: CordonOptions): Promise<Seen | Exclude<Outcome, { readonly kind: "finished" }>> {
  const names = await chosenNames(o.choice, undefined, s);
  if ("kind" in names) return names;
  const [nodes, missing, holder] = await Promise.all([
    readNodes(names, s),
    o.dryRun === "client" ? [] : missingPermissions([patchNodes], s),
    holderOfCommand(s),
  ]);
  return "kind" in nodes ? nodes : { nodes, missing, holder };
}

function settled(node: NodeView, state: NodeOutcome["state"], cordoned: NodeOutcome["cordoned"]): NodeOutcome {
  return { node: node.name, state, cordoned, moved: 0, left: [], blockers: [] };
}

function failed(node: NodeView, error: KubeError, code: string | undefined): NodeOutcome {
  const denied = error.code === "forbidden" ? "denied" : "cordon-failed";
  return { ...settled(node, "failed", "unknown"), error: { code: code ?? denied, args: { node: node.name, message: error.message } } };
}
