import { type LiveCluster, watchCluster } from "../cluster/live/live-cluster.ts";
import type { ClusterView, NodeView } from "../cluster/view/cluster-view.ts";
import { holdOf, type NodeHold } from "../cluster/view/node-hold.ts";
import { projectNode } from "../cluster/view/project.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { nodes } from "../kube/resource.ts";
import { composePlan } from "../plan/compose.ts";
import type { Range } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";
import { compareText } from "../runtime/text-order.ts";
import { type AwaitedConsents, noneAwaited, readAwaited, withAwaited } from "./awaited-consents.ts";
import { readNodes } from "./choose-nodes.ts";
import { crafts } from "./crafts.ts";
import type { NodeChoice, Outcome } from "./outcome.ts";
import { requestsAsIs } from "./request-as-is.ts";
import { isPersons, type NodeStanding, nodeStandings } from "./standing.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { Surroundings } from "./work.ts";

export interface StatusOptions {
  /** Neither names nor a selector: every node that is out, moving, blocked or held. */
  readonly choice: NodeChoice;
  readonly pageSize: number;
}

/**
 * - "draining": somebody began to empty it, and something is left that can still go; "blocked": all that is left waits for a person.
 * - "empty": nothing is left of what a drain would move. "tainted": a taint takes it out, and it is not cordoned. "held": only Drydock's
 *   record says that it is out.
 */
export type ReportState = "in service" | "cordoned" | "draining" | "blocked" | "empty" | "tainted" | "held";

/** One node, as it stands. */
export interface NodeReport {
  readonly node: NodeView;
  readonly state: ReportState;
  readonly hold: NodeHold | undefined;
  /** undefined: not looked at (in service), or not known (`unread`). */
  readonly standing: NodeStanding | undefined;
  /** How long what is left would take from now on, if a drain moved it. */
  readonly predicted: Range | undefined;
}

export interface StatusReport {
  readonly kind: "reported";
  readonly at: Instant;
  /** All that were looked at, by name. */
  readonly nodes: readonly NodeReport[];
  /** Nodes were named or selected: those that are in service are listed too. */
  readonly listsAll: boolean;
  /** Resources that could not be read, or not be watched. */
  readonly unread: readonly string[];
}

export type StatusOutcome = StatusReport | Exclude<Outcome, { readonly kind: "finished" | "refused" }>;

/** How the nodes stand now, read once. */
export async function statusOfNodes(s: Surroundings, o: StatusOptions): Promise<StatusOutcome> {
  return await unlessStopped(s, async () => {
    const found = await nodesOfChoice(s, o);
    if ("kind" in found) return found;
    const out = found.filter((node) => holdOf(node) !== undefined);
    if (out.length === 0) return reportOn(found, undefined, noneAwaited, isNamed(o), s);
    await using live = watchCluster({
      api: s.api,
      clock: s.clock,
      random: s.random,
      nodes: out.map(({ name }) => name),
      pageSize: o.pageSize,
      signal: s.stop,
    });
    const [readiness, awaited] = await Promise.all([live.ready, readAwaited(s, out)]);
    if (readiness.kind === "failed") throw readiness.error;
    return reportOn(found, readiness.kind === "denied" ? { denied: readiness.resource } : live, awaited, isNamed(o), s);
  });
}

/** Nodes of the choice with what is known of them; all of them where nothing was chosen. */
export async function nodesOfChoice(
  s: Surroundings,
  { choice, pageSize }: StatusOptions,
): Promise<readonly NodeView[] | Exclude<Outcome, { readonly kind: "finished" | "refused" }>> {
  if (choice.names.length > 0) return await readNodes(choice.names, s);
  const found: NodeView[] = [];
  const query = { ...(choice.selector === undefined ? {} : { labelSelector: choice.selector }), project: projectNode, pageSize };
  for await (const page of s.api.list(nodes, query, { signal: s.stop, lane: "control" })) {
    if (page.restarted === true) found.length = 0;
    found.push(...page.items.map(({ value }) => value));
  }
  return found.length === 0 && choice.selector !== undefined ? { kind: "no-node-selected", selector: choice.selector } : found;
}

/** Those that the reader wants to see. */
export function listed({ nodes: all, listsAll }: StatusReport): readonly NodeReport[] {
  return listsAll ? all : all.filter(({ hold }) => hold !== undefined);
}

/** Were nodes named or selected? */
export function isNamed({ choice }: StatusOptions): boolean {
  return choice.names.length > 0 || choice.selector !== undefined;
}

/** @param live undefined where no node is out; `denied` where what is on them may not be read */
export function reportOn(
  found: readonly NodeView[],
  live: LiveCluster | { readonly denied: string } | undefined,
  awaited: AwaitedConsents,
  listsAll: boolean,
  s: Surroundings,
): StatusReport {
  const view = live === undefined || "denied" in live ? undefined : live.view();
  const current = found.map((node) => newer(node, view?.node(node.name)));
  const out = current.flatMap((node) => {
    const hold = holdOf(node);
    return hold === undefined ? [] : [{ node, hold }];
  });
  const plans = view === undefined ? [] : requestsAsIs(out.map(({ node }) => node)).map((request) => composePlan(crafts, view, request));
  const standings =
    view === undefined ? new Map<string, NodeStanding>() : new Map(plans.flatMap((plan) => [...nodeStandings(plan, view, s)]));
  const reports = out.map(({ node, hold }): NodeReport => {
    const found = standings.get(node.name);
    const standing = found === undefined ? undefined : withAwaited(found, awaited.byNode.get(node.name), s.clock.now());
    const predicted = plans.flatMap((plan) => plan.nodes).find((one) => one.node === node.name)?.predicted;
    return { node, hold, standing, state: stateOf(hold, standing), predicted };
  });
  const rest = current.filter((node) => !out.some((one) => one.node.name === node.name));
  const others = rest.map(
    (node): NodeReport => ({ node, state: "in service", hold: undefined, standing: undefined, predicted: undefined }),
  );
  return {
    kind: "reported",
    at: s.clock.now(),
    nodes: [...reports, ...others].toSorted((a, b) => compareText(a.node.name, b.node.name)),
    listsAll,
    unread: [...(live === undefined ? [] : "denied" in live ? [live.denied] : unreadIn(live.view())), ...awaited.unread],
  };
}

/** Two watches tell of one node, and either may be ahead. */
function newer(listed: NodeView, watched: NodeView | undefined): NodeView {
  return watched !== undefined && compareResourceVersions(watched.resourceVersion, listed.resourceVersion) === 1 ? watched : listed;
}

function unreadIn({ blind }: ClusterView): readonly string[] {
  return blind.filter(({ instead }) => instead === "unread").map(({ resource }) => resource);
}

function stateOf(hold: NodeHold, standing: NodeStanding | undefined): ReportState {
  if (!hold.cordoned && hold.taints.length === 0) return hold.record === undefined ? "in service" : "held";
  if (standing !== undefined && standing.left.length === 0) return "empty";
  if (hold.evicting && standing !== undefined) return standing.left.every(isPersons) ? "blocked" : "draining";
  return hold.cordoned ? "cordoned" : "tainted";
}
