import { isKubeError, type KubeError } from "../../client/errors.ts";
import type { Item, KubeApi, Selection } from "../../client/kube-api.ts";
import { type Reflector, startReflector } from "../../client/reflector/reflector.ts";
import { createStore, type Store } from "../../client/store.ts";
import { escapeFieldValue } from "../../kube/field-selector.ts";
import type { KubeObject } from "../../kube/object.ts";
import { budgets, nodes, pods, qualifiedName, type Resource } from "../../kube/resource.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { Blind, BudgetView, ClusterView, NodeView, PodView } from "../view/cluster-view.ts";
import { projectBudget, projectNode, projectPod } from "../view/project.ts";
import { type Owners, readOwners } from "./owners.ts";
import { NodePoller } from "./node-poller.ts";
import { createPresence } from "./presence.ts";
import { steadyTime } from "../../runtime/steady-time.ts";

export interface LiveOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  /** The nodes that matter; pods elsewhere are not kept. */
  readonly nodes: readonly string[];
  readonly pageSize?: number;
  readonly signal: AbortSignal;
}

export type Readiness =
  | { readonly kind: "ready" }
  | { readonly kind: "denied"; readonly verb: "list" | "get"; readonly resource: string; readonly error: KubeError }
  | { readonly kind: "failed"; readonly resource: string; readonly error: KubeError };

/** A view of the cluster that keeps itself up to date by watching. */
export interface LiveCluster extends AsyncDisposable {
  /** The first complete state of everything that is required. */
  readonly ready: Promise<Readiness>;
  view(): ClusterView;
  /** Called after each batch of changes, and when the freshness of something changed. */
  onChange(listener: () => void): Disposable;
  /** Have everything compared with the server now (what has waited long may have missed an event). */
  resync(): void;
  /** Have whatever has lost its connection try again now, however long its back-off has grown. */
  hurry(): void;
}

/** Up to so many nodes each get watches of their own; above it one watch of all pods, of which only theirs are kept. */
const ownWatches = 4;

/** While work is open a silent connection is cut sooner than a watch that only idles. */
const idleDeadline: Millis = 45_000;

export function watchCluster(options: LiveOptions): LiveCluster {
  const { clock, api } = options;
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

  const keepNode = (node: KubeObject): NodeView | undefined => (wanted.has(node.metadata.name) ? projectNode(node) : undefined);
  const nodeSources = new Map<string, Source<NodeView>>();
  const podSources = new Map<string, Source<PodView>>();
  for (const name of few ? options.nodes : ["*"]) {
    const onlyNode = few ? { fieldSelector: `metadata.name=${escapeFieldValue(name)}` } : {};
    const onlyPods = few ? { fieldSelector: `spec.nodeName=${escapeFieldValue(name)}` } : {};
    const nodeSource = sources.add(nodes, onlyNode, keepNode, {});
    nodeSource.store.onChange((changes) => {
      const arePodsSeen = podSources.get(name)?.isSynced() ?? false;
      for (const { before, after } of changes) presence.nodeChanged(before?.value, after?.value, arePodsSeen, now());
    });
    const podSource = sources.add(pods, onlyPods, (pod) => (wanted.has(pod.spec.nodeName ?? "") ? projectPod(pod) : undefined), {
      node: byNode,
    });
    podSource.store.onChange((changes) => {
      for (const { before, after, last } of changes) {
        const node = nodeOf((after ?? before)?.value.node ?? "");
        presence.podChanged((last ?? before)?.value, after?.value, node?.ready ?? false, !podSource.isSynced(), now());
      }
    });
    nodeSources.set(name, nodeSource);
    podSources.set(name, podSource);
  }
  const budgetSource = sources.add(budgets, {}, projectBudget, { namespace: byNamespace });
  const owners = readOwners(api, options.signal);
  const storeOf = (name: string): Store<NodeView> | undefined => nodeSources.get(few ? name : "*")?.store;
  const poller = new NodePoller({
    api,
    clock,
    random: options.random.fork("nodes by name"),
    names: options.nodes,
    storeOf,
    onChange: changed,
  });

  const podSourceOf = (node: string): Source<PodView> | undefined => podSources.get(few ? node : "*");
  const podOf = (uid: string): PodView | undefined => {
    for (const { store } of podSources.values()) {
      const found = store.get(uid);
      if (found !== undefined) return found.value;
    }
    return undefined;
  };
  const view = (): ClusterView => {
    const offset = api.serverTime()?.offset ?? 0;
    const asOf = now();
    return {
      asOf,
      serverNow: asOf + offset,
      node: nodeOf,
      fresh: (node) => podSourceOf(node)?.isFresh() ?? false,
      podsOn: (node) => (podSourceOf(node)?.store.by("node", node) ?? []).map((item) => item.value),
      pod: podOf,
      budgets: (namespace) => budgetSource.store.by("namespace", namespace).map((item) => item.value),
      owner: (uid) => owners.of(uid),
      cordonAcknowledged: presence.cordonAcknowledged,
      arrivals: presence.arrivals,
      gone: presence.gone,
      goneFrom: presence.goneFrom,
      evictedBefore: presence.evictedBefore,
      blind: sources.blind(poller.isRunning),
    };
  };
  return {
    ready: readiness([...nodeSources.values()], [...podSources.values()], budgetSource, owners, () => poller.start(options.signal)),
    view,
    onChange: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    resync: () => sources.resync(),
    hurry: () => sources.hurry(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([poller[Symbol.asyncDispose](), sources[Symbol.asyncDispose]()]);
    },
  };
}

const byNode = (item: Item<PodView>): readonly string[] => [item.value.node];
const byNamespace = (item: Item<BudgetView>): readonly string[] => [item.value.namespace];

interface Source<P> {
  readonly resource: string;
  readonly store: Store<P>;
  readonly reflector: Reflector;
  isSynced(): boolean;
  isFresh(): boolean;
}

/** The reflectors behind one live cluster, and what they cannot see. */
class Sources implements AsyncDisposable {
  readonly #options: LiveOptions;
  readonly #changed: () => void;
  readonly #all: Source<unknown>[] = [];

  constructor(options: LiveOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
  }

  add<T extends KubeObject, P>(
    resource: Resource<T>,
    selection: Selection,
    project: (object: T) => P | undefined,
    indexes: Record<string, (item: Item<P>) => readonly string[]>,
  ): Source<P> {
    const { api, clock, random, pageSize, signal } = this.#options;
    const store = createStore<P>(indexes);
    let synced = false;
    const reflector = startReflector<T, P>({
      api,
      clock,
      random: random.fork(resource.plural),
      resource,
      selection,
      project,
      signal,
      ...(pageSize === undefined ? {} : { pageSize }),
      sink: {
        replace: (items, version) => {
          store.replace(items, version);
          synced = true;
          this.#changed();
        },
        apply: (changes) => {
          store.apply(changes);
          this.#changed();
        },
      },
      onState: () => this.#changed(),
    });
    reflector.setIdleDeadline(idleDeadline);
    const source: Source<P> = {
      resource: qualifiedName(resource),
      store,
      reflector,
      isSynced: () => synced,
      isFresh: () => reflector.status.kind === "live" || reflector.status.kind === "polling",
    };
    this.#all.push(source as Source<unknown>);
    return source;
  }

  /** @param nodesByName nodes may not be listed, and are read one by one */
  blind(nodesByName: boolean): readonly Blind[] {
    const seen = new Map<string, Blind>();
    for (const { resource, reflector } of this.#all) {
      const read = resource === qualifiedName(nodes) && nodesByName;
      if (reflector.status.kind === "polling" || (reflector.status.kind === "denied" && read))
        seen.set(resource, { resource, verb: "watch", instead: "polled" });
      else if (reflector.status.kind === "denied") seen.set(resource, { resource, verb: "list", instead: "unread" });
    }
    return [...seen.values()];
  }

  resync(): void {
    for (const { reflector } of this.#all) reflector.nudge();
  }

  hurry(): void {
    for (const { reflector } of this.#all) if (reflector.status.kind === "reconnecting") reflector.nudge();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map(({ reflector }) => reflector[Symbol.asyncDispose]()));
  }
}

/** Nodes and pods are required; budgets may be denied (then the server's refusals drive), but not unreachable. */
async function readiness(
  nodeSources: readonly Source<NodeView>[],
  podSources: readonly Source<PodView>[],
  optional: Source<BudgetView>,
  owners: Owners,
  readNodesByName: () => Promise<"read" | KubeError>,
): Promise<Readiness> {
  for (const { resource, reflector } of podSources) {
    const outcome = await reflector.firstOutcome;
    if (outcome === "synced") continue;
    if ("failed" in outcome) return { kind: "failed", resource, error: outcome.failed };
    return { kind: "denied", verb: "list", resource, error: outcome.denied };
  }
  for (const { resource, reflector } of nodeSources) {
    const outcome = await reflector.firstOutcome;
    if (outcome === "synced") continue;
    if ("failed" in outcome) return { kind: "failed", resource, error: outcome.failed };
    const read = await readNodesByName();
    if (read === "read") break; // All of them.
    return isKubeError(read, "forbidden")
      ? { kind: "denied", verb: "get", resource, error: read }
      : { kind: "failed", resource, error: read };
  }
  const outcome = await optional.reflector.firstOutcome;
  if (outcome !== "synced" && "failed" in outcome) return { kind: "failed", resource: optional.resource, error: outcome.failed };
  await owners.confirm(podSources.flatMap(({ store }) => [...store.items()].map((item) => item.value)));
  return { kind: "ready" };
}
