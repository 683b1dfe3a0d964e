import type { Item } from "../../client/kube-api.ts";
import type { Store } from "../../client/store.ts";
import type { Pod } from "../../kube/pod.ts";
import { escapeFieldValue } from "../../kube/field-selector.ts";
import type { KubeObject } from "../../kube/object.ts";
import { budgets, nodes, pods } from "../../kube/resource.ts";
import { matchesLabelSelector } from "../../kube/selector.ts";
import type { BudgetView, ClusterView, NodeView, PodView } from "../view/cluster-view.ts";
import { projectBudget, projectNode, projectPod } from "../view/project.ts";
import type { Self } from "../view/surroundings.ts";
import { readOwners } from "./owners.ts";
import { LiveNamespaces } from "./namespaces.ts";
import { NodePoller } from "./node-poller.ts";
import { followSource, type Heed } from "./follow-source.ts";
import { LivePeers } from "./peers.ts";
import { createPresence } from "./presence.ts";
import { type Readiness, readiness } from "./readiness.ts";
import { RoleReader } from "./role-reader.ts";
import { createScales, type ScaledOwner } from "./scales.ts";
import type { SharedSources } from "./shared-sources.ts";
import { LiveSurroundings } from "./surroundings/surroundings.ts";
import { type Silence, type Source, type SourceOptions, Sources } from "./sources.ts";
import { LiveVolumes } from "./volumes.ts";
import { oncePer } from "../../runtime/once-per.ts";
import { steadyTime } from "../../runtime/steady-time.ts";

export interface LiveOptions extends SourceOptions {
  /** The nodes that matter; pods elsewhere are not kept. */
  readonly nodes: readonly string[];
  /** Something is decided by labels of namespaces: those are watched too, from the beginning. */
  readonly namespaces?: boolean;
  /** What somebody watches already, for many such views: it is looked at, and nothing of it is asked for again. */
  readonly shared?: SharedSources;
}

/** A view of the cluster that keeps itself up to date by watching. */
export interface LiveCluster extends AsyncDisposable {
  /** The first complete state of everything that is required. */
  readonly ready: Promise<Readiness>;
  view(): ClusterView;
  /** Called after each batch of changes, and when the freshness of something changed. */
  onChange(listener: () => void): Disposable;
  /** Is the server out of hearing, and for how long? undefined while anything is heard of it. */
  silence(): Silence | undefined;
  /** Watches namespaces from now on, where they were not watched from the beginning. Resolves when they are read, or may not be. */
  readNamespaces(): Promise<void>;
  /** Begins to read volumes, once; of `attachments`, which of them are attached too. Resolves when volumes are read, or may not be. */
  readVolumes(attachments: boolean): Promise<void>;
  /** Begins to read what stands around the nodes, once. Resolves when all of it is read, or may not be. */
  readSurroundings(self: Self): Promise<void>;
  /** Begins to watch where these pods' controllers have others, once. Resolves when that is read, or may not be. */
  watchPeers(moved: readonly PodView[]): Promise<void>;
  /** Reads how many pods these controllers want, each once: where a budget's count is in doubt. What may not be read stays unknown. */
  readScales(owners: readonly ScaledOwner[]): Promise<void>;
  /** Have everything compared with the server now (what has waited long may have missed an event). */
  resync(): void;
  /** Have whatever has lost its connection try again now, however long its back-off has grown. */
  hurry(): void;
}

/** Watches in all: each holds a connection or a stream of one, and a seat of the API server. */
const mostWatches = 12;
/** Where many would help. Those of volume attachments, which begins later, and of all that decides come first. */
const mostPeerWatches = 4;
/** Up to so many nodes each get watches of their own; above it one watch of all pods, of which only theirs are kept. */
const ownWatches = 4;

export function watchCluster(given: LiveOptions): LiveCluster {
  const { clock, api, shared } = given;
  const options: LiveOptions = shared?.watchBegan === undefined ? given : { ...given, watchBegan: shared.watchBegan };
  const now = steadyTime(clock);
  const presence = createPresence();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const wanted = new Set(options.nodes);
  const sources = new Sources(options, changed);
  const few = options.nodes.length <= ownWatches;
  const nodeOf = (name: string): NodeView | undefined => nodeSources.get(few ? name : "*")?.store.byName(undefined, name)?.value;

  const owned = new DisposableStack();
  const keepNode = (node: KubeObject): NodeView | undefined => (wanted.has(node.metadata.name) ? projectNode(node) : undefined);
  const keepPod = (pod: Pod): PodView | undefined => (wanted.has(pod.spec.nodeName ?? "") ? projectPod(pod) : undefined);
  const nodeSources = new Map<string, Source<NodeView>>();
  const podSources = new Map<string, Source<PodView>>();
  for (const name of few ? options.nodes : ["*"]) {
    const onlyNode = few ? { fieldSelector: `metadata.name=${escapeFieldValue(name)}` } : {};
    const onlyPods = few ? { fieldSelector: `spec.nodeName=${escapeFieldValue(name)}` } : {};
    nodeSources.set(
      name,
      sources.sharedOr(shared?.nodes, () => sources.add(nodes, onlyNode, keepNode, {})),
    );
    podSources.set(
      name,
      sources.sharedOr(shared?.pods, () => sources.add(pods, onlyPods, keepPod, { node: byNode })),
    );
  }
  // The same list for as long as nothing of it changes: what is computed of it can be kept with it.
  const podsOf = oncePer((items: readonly Item<PodView>[]) => items.map(({ value }) => value));
  const budgetsOf = oncePer((items: readonly Item<BudgetView>[]) => items.map(({ value }) => value));
  const budgetSource = sources.sharedOr(shared?.budgets, () => sources.add(budgets, {}, projectBudget, { namespace: byNamespace }));
  const podSourceOf = (node: string): Source<PodView> | undefined => podSources.get(few ? node : "*");
  const podsOn = (node: string): readonly PodView[] => podsOf(podSourceOf(node)?.store.by("node", node) ?? []);
  const podsOfNodes = (): readonly PodView[] => options.nodes.flatMap(podsOn); // what is shared holds those of all nodes
  const volumes = new LiveVolumes({
    ...options,
    ...(shared === undefined ? {} : { sharedAttachments: shared.attachments }),
    random: options.random.fork("volumes"),
    nodes: wanted,
    pods: podsOfNodes,
    onChange: changed,
  });
  const namespaces = new LiveNamespaces(sources);
  const optional = [budgetSource, ...(options.namespaces === true ? [namespaces.watch()] : [])];
  const scales = createScales(api, options.signal);
  const owners = readOwners(api, options.signal);
  const rest = mostWatches - (2 * podSources.size + 2 + (options.namespaces === true ? 1 : 0));
  const peers = new LivePeers({ ...options, random: options.random.fork("peers"), nodes: wanted, most: Math.min(mostPeerWatches, rest) });
  const knownNodes = (): readonly NodeView[] => options.nodes.flatMap((name) => nodeOf(name) ?? []);
  const others = new RoleReader(api, wanted, options.signal);
  const surroundings = new LiveSurroundings({
    api,
    signal: options.signal,
    nodes: knownNodes,
    podsOn: (node) => view().podsOn(node),
    now: () => view().serverNow,
    onChange: changed,
  });
  const storeOf = (name: string): Store<NodeView> | undefined => nodeSources.get(few ? name : "*")?.store;
  const poller = new NodePoller({
    api,
    clock,
    random: options.random.fork("nodes by name"),
    names: options.nodes,
    storeOf,
    onChange: changed,
  });

  // Followed from here on, as all that listens is there now; what others watch has begun before.
  const arePodsSeen = (name: string): boolean => podSources.get(few ? name : "*")?.isSynced() ?? false;
  for (const source of new Set(nodeSources.values())) {
    const held = options.nodes.flatMap((name) => source.store.byName(undefined, name) ?? []);
    const ours = shared === undefined ? undefined : { of: ({ value }: Item<NodeView>) => wanted.has(value.name), held, changed };
    const heed: Heed<NodeView> = (changes) => {
      for (const { before, after } of changes)
        presence.nodeChanged(before?.value, after?.value, arePodsSeen((after ?? before)?.name ?? ""), now());
    };
    owned.use(followSource(source, heed, ours));
  }
  for (const source of new Set(podSources.values())) {
    const held = options.nodes.flatMap((name) => source.store.by("node", name));
    const ours = shared?.pods === undefined ? undefined : { of: ({ value }: Item<PodView>) => wanted.has(value.node), held, changed };
    const heed: Heed<PodView> = (changes, isFirstSight) => {
      for (const { before, after, last } of changes) {
        const node = nodeOf((after ?? before)?.value.node ?? "");
        presence.podChanged((last ?? before)?.value, after?.value, node?.ready ?? false, isFirstSight, now());
      }
      volumes.podsChanged();
    };
    owned.use(followSource(source, heed, ours));
  }
  if (shared !== undefined) {
    owned.use(shared.onStateChange(changed));
    // Of the budgets of a whole cluster only those matter that cover a pod on one of these nodes.
    const guards = ({ namespace, object: { spec } }: BudgetView): boolean =>
      podsOfNodes().some((pod) => pod.namespace === namespace && matchesLabelSelector(spec.selector, pod.labels));
    owned.use(followSource(budgetSource, () => {}, { of: ({ value }) => guards(value), held: [], changed }));
  }

  // Asked several times for every pod in each pass.
  const podOf = (uid: string): PodView | undefined => {
    for (const { store } of podSources.values()) {
      const found = store.get(uid);
      if (found !== undefined) return found.value;
    }
    return undefined;
  };
  const view = (): ClusterView => {
    const asOf = now();
    return {
      asOf,
      serverNow: asOf + (api.serverTime()?.offset ?? 0),
      node: nodeOf,
      fresh: (node) => podSourceOf(node)?.isFresh() ?? false,
      podsOn,
      pod: podOf,
      budgets: (namespace) => budgetsOf(budgetSource.store.by("namespace", namespace)),
      peers: peers.of,
      namespaceLabels: namespaces.labelsOf,
      scale: scales.of,
      others,
      surroundings: surroundings.facts,
      owner: owners.of,
      cordonAcknowledged: presence.cordonAcknowledged,
      taintAcknowledged: presence.taintAcknowledged,
      arrivals: presence.arrivals,
      gone: presence.gone,
      goneFrom: presence.goneFrom,
      evictedBefore: presence.evictedBefore,
      blind: sources.blind(poller.isRunning),
      volumes,
    };
  };
  return {
    ready: others.after(
      nodeSources.values(),
      knownNodes,
      readiness(
        [...nodeSources.values()],
        [...podSources.values()],
        optional,
        () => owners.confirm(podsOfNodes()),
        () => poller.start(options.signal),
      ),
    ),
    view,
    onChange: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    readSurroundings: (self) => surroundings.begin(self),
    readNamespaces: () => namespaces.read(),
    readVolumes: (attachments) => volumes.begin(attachments),
    watchPeers: (moved) => peers.begin(moved),
    readScales: (asked) => scales.read(asked),
    silence: () => sources.silence(),
    resync: () => {
      sources.resync();
      volumes.resync();
    },
    hurry: () => {
      sources.hurry();
      volumes.hurry();
      peers.hurry();
    },
    [Symbol.asyncDispose]: async () => {
      owned.dispose();
      await Promise.all([poller, peers, sources, volumes, surroundings].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

const byNode = (item: Item<PodView>): readonly string[] => [item.value.node];
const byNamespace = (item: Item<BudgetView>): readonly string[] => [item.value.namespace];
