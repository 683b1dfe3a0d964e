import { type Maintenance, maintenances } from "../api/maintenance.ts";
import { type LiveCluster, watchCluster } from "../cluster/live/live-cluster.ts";
import { type Source, Sources } from "../cluster/live/sources.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import { holdOf } from "../cluster/view/node-hold.ts";
import { projectNode } from "../cluster/view/project.ts";
import { nodes } from "../kube/resource.ts";
import type { Millis } from "../runtime/clock.ts";
import { createLatch, type Latch } from "../runtime/latch.ts";
import { type AwaitedConsents, awaitedIn, isHeldByMaintenance, noneAwaited } from "./awaited-consents.ts";
import { noSuchNode } from "./choose-nodes.ts";
import { isNamed, nodesOfChoice, reportOn, type StatusOptions, type StatusOutcome, type StatusReport } from "./status.ts";
import { unlessStopped } from "./unless-stopped.ts";
import type { Surroundings } from "./work.ts";

const lookAgainAfter: Millis = 5_000;

export type FollowEnd = Exclude<StatusOutcome, StatusReport>;

/**
 * Reports how the nodes stand, and again after every batch of changes, until it is stopped. All nodes are watched; pods are watched while
 * something is out, those of the nodes that are.
 */
export async function followStatus(s: Surroundings, o: StatusOptions, report: (seen: StatusReport) => void): Promise<FollowEnd> {
  return await unlessStopped(s, () => follow(s, o, report));
}

async function follow(s: Surroundings, o: StatusOptions, report: (seen: StatusReport) => void): Promise<FollowEnd> {
  // Names and selectors that match nothing are said at once, as without following.
  const first = await nodesOfChoice(s, o);
  if ("kind" in first) return first;
  await using following = new Following(s, o);
  const denied = await following.begin();
  if (denied !== undefined) return denied;
  for (;;) {
    if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
    const found = following.nodes();
    const missing = o.choice.names.filter((name) => !found.some((node) => node.name === name));
    if (missing.length > 0) return await noSuchNode(missing, s);
    const live = await following.liveFor(found.filter((node) => holdOf(node) !== undefined).map(({ name }) => name));
    if (live === "again") continue;
    report(reportOn(found, live, await following.awaited(found), isNamed(o), s));
    // Some things come true by time alone: a pod that should have ended and has not.
    using _ = s.clock.timer(lookAgainAfter, following.latch.set, { background: true });
    await following.latch.wait();
  }
}

/** The watch of the nodes, and the live cluster behind those that are out now. */
class Following implements AsyncDisposable {
  readonly latch: Latch = createLatch();
  readonly #s: Surroundings;
  readonly #o: StatusOptions;
  readonly #sources: Sources;
  readonly #nodes: Source<NodeView>;
  /** From when the first of them holds a node. */
  #objects: Source<Maintenance> | undefined;
  #live: { readonly cluster: LiveCluster; readonly names: string; readonly denied: string | undefined } | undefined;

  constructor(s: Surroundings, o: StatusOptions) {
    const { api, clock, random, stop } = s;
    this.#s = s;
    this.#o = o;
    this.#sources = new Sources({ api, clock, random, pageSize: o.pageSize, signal: stop }, this.latch.set);
    const { selector } = o.choice;
    this.#nodes = this.#sources.add(nodes, selector === undefined ? {} : { labelSelector: selector }, projectNode, {});
    stop.addEventListener("abort", this.latch.set, { once: true });
  }

  async begin(): Promise<FollowEnd | undefined> {
    const outcome = await this.#nodes.reflector.firstOutcome;
    if (outcome === "synced") return undefined;
    if ("failed" in outcome) throw outcome.failed;
    const { resource } = this.#nodes;
    return { kind: "denied", missing: [{ verb: "list", resource, reason: outcome.denied.status?.message ?? outcome.denied.message }] };
  }

  /** As chosen, in no order. */
  nodes(): readonly NodeView[] {
    const { names } = this.#o.choice;
    const all = [...this.#nodes.store.items()].map(({ value }) => value);
    return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  }

  /** What Maintenances wait for. */
  async awaited(found: readonly NodeView[]): Promise<AwaitedConsents> {
    if (this.#objects === undefined && !found.some(isHeldByMaintenance)) return noneAwaited;
    this.#objects ??= this.#sources.add(maintenances, {}, (object: Maintenance) => object, {});
    const { reflector, store, resource, synced } = this.#objects;
    // What came of it is asked for here.
    synced.catch(() => {});
    const outcome = await reflector.firstOutcome;
    if (outcome === "synced") return { byNode: awaitedIn([...store.items()].map(({ value }) => value)), unread: [] };
    if ("denied" in outcome) return { ...noneAwaited, unread: [resource] };
    if (outcome.failed.code === "not-found") return noneAwaited;
    throw outcome.failed;
  }

  /** "again": it was begun for these nodes, and meanwhile others may be out. */
  async liveFor(out: readonly string[]): Promise<LiveCluster | { readonly denied: string } | undefined | "again"> {
    const names = out.toSorted();
    const key = names.join(" ");
    if (this.#live?.names === key) return this.#live.denied === undefined ? this.#live.cluster : { denied: this.#live.denied };
    await this.#live?.cluster[Symbol.asyncDispose]();
    this.#live = undefined;
    if (names.length === 0) return undefined;
    const { api, clock, random, stop } = this.#s;
    const cluster = watchCluster({ api, clock, random, nodes: names, pageSize: this.#o.pageSize, signal: stop });
    this.#live = { cluster, names: key, denied: undefined };
    const readiness = await cluster.ready;
    if (readiness.kind === "failed") throw readiness.error;
    if (readiness.kind === "denied") this.#live = { cluster, names: key, denied: readiness.resource };
    cluster.onChange(this.latch.set);
    return "again";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#s.stop.removeEventListener("abort", this.latch.set);
    await this.#live?.cluster[Symbol.asyncDispose]();
    await this.#sources[Symbol.asyncDispose]();
  }
}
