import type { KubeApi } from "../client/kube-api.ts";
import type { QueueObserver } from "../client/work-queue/contract.ts";
import { Fleet } from "../cluster/live/fleet.ts";
import { type Source, Sources } from "../cluster/live/sources.ts";
import { createLedger } from "../execution/ledger.ts";
import { createLimiter } from "../execution/limiter.ts";
import type { Lease } from "../kube/lease.ts";
import { nodeOfLease } from "../kube/medik8s-lease.ts";
import { leases } from "../kube/resource.ts";
import type { Clock, Instant, Millis } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { steadyTime } from "../runtime/steady-time.ts";
import { apiReads } from "./admission/api-reads.ts";
import { readsForMany } from "./admission/reads-for-many.ts";
import { type Existing, recheck } from "./admission/recheck.ts";
import type { Maintenance } from "../api/maintenance.ts";
import type { NodeMaintenance } from "../api/node-maintenance.ts";
import type { KubeObject } from "../kube/object.ts";
import { Household, workers } from "./household.ts";
import type { Estate } from "./keeping/estate.ts";
import type { Face } from "./keeping/face.ts";
import { NodeLeaseDesk } from "./keeping/node-leases.ts";
import { ReturnCheckDesk } from "./keeping/return-check-desk.ts";
import { OwnPodKeeper, type PodName } from "./own-pod.ts";
import { watchPredecessor } from "./predecessor.ts";
import { readOnce } from "./read-once.ts";
import type { Logger } from "./serving/logger.ts";
import type { DomainObserver } from "./serving/observers.ts";

export interface OperatorOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: DomainObserver;
  readonly queue?: QueueObserver;
  /** Tells an Event of the cluster; never waits, never fails. */
  readonly tell: Estate["tell"];
  readonly faces: readonly Face[];
  /** Where medik8s' leases of nodes are. */
  readonly leaseNamespace: string;
  readonly host: string;
  /** In which this process runs, where it runs in one. */
  readonly pod?: PodName;
  /** Ends the leadership of this process, so that another replica takes over. */
  readonly handOver?: (to: string) => void;
  /** All pods of the cluster were watched for many nodes at once, and are no more: a good moment to give memory back. */
  readonly letGo?: () => void;
  /** Asked right before each object is looked after: a process that was frozen finds out late that it leads no more. Absent: it always does. */
  readonly leads?: () => boolean;
  /** Aborted when this process does not lead any more: nothing is written after that. */
  readonly signal: AbortSignal;
}

/** As everybody of medik8s knows a node in maintenance. */
const leaseHolder = "node-maintenance";

/**
 * The controllers of one process that leads: from when `ready` resolves, every object that takes a node out is looked after. It needs no
 * process around it, no socket and no leader lease of its own: those are for whoever starts it.
 */
export class Operator implements AsyncDisposable {
  /** How many objects are in work at once; each only ever waits for single writes. */
  static readonly workers = workers;
  readonly ready: Promise<void>;
  readonly #household: Household;
  readonly #parts: readonly AsyncDisposable[];

  constructor(o: OperatorOptions) {
    const { api, clock, random, signal } = o;
    const now = steadyTime(clock);
    const serverNow = (): Instant => now() + (api.serverTime()?.offset ?? 0);
    const own = { api, clock, signal };
    const watching = { ...own, watchBegan: o.metrics.watchBegan };
    const fleet = new Fleet({ ...watching, random: random.fork("fleet"), ...(o.letGo === undefined ? {} : { letGo: o.letGo }) });
    const watches = new Sources({ ...watching, random: random.fork("watches") }, () => {});
    const watched = watches.add<Lease, Lease>(leases, { namespace: o.leaseNamespace }, (lease) => lease, {});
    const predecessor = watchPredecessor(watches, clock, serverNow, o.log, () => this.#household.wakeAll());
    const changed = (node: string): void => this.#household.nodeChanged(node);
    const { pod, handOver, log } = o;
    const ownPod =
      pod === undefined
        ? undefined
        : new OwnPodKeeper({
            pod,
            watching: { ...watching, random: random.fork("own pod") },
            fleet,
            log,
            changed,
            ...(handOver === undefined ? {} : { handOver }),
          });
    const desk = new NodeLeaseDesk({
      ...own,
      random: random.fork("node leases"),
      namespace: o.leaseNamespace,
      holder: leaseHolder,
      watched,
      serverNow,
      nodeChanged: changed,
    });
    const checks = new ReturnCheckDesk({ ...watching, random: random.fork("checks"), fleet, wake: (key) => this.#household.wake(key) });
    const reads = readsForMany(apiReads(api), signal);
    const estate: Omit<Estate, "wake" | "answered"> = {
      ...own,
      random: random.fork("estate"),
      fleet,
      accounts: { ledger: createLedger(now), limiter: createLimiter() },
      leases: desk,
      checks,
      log: o.log,
      metrics: o.metrics,
      host: o.host,
      serverNow,
      admit: async (kind, object, within) => {
        const node = fleet.nodes.store.byName(undefined, nodeNameOf(object));
        // Of a node that is not there the lifecycle says what is to be said.
        if (node === undefined) return undefined;
        const { allowed, message } = await recheck({ kind, object } as Existing, reads, within);
        return allowed ? undefined : (message ?? "refused");
      },
      tell: o.tell,
      ...(ownPod === undefined ? {} : { ownPod }),
      observe: (key, event) => {
        if (event.kind === "accepted") o.metrics.podEvicted();
        if (event.kind === "refused") o.metrics.evictionAnswered(event.code);
        else if (event.kind === "accepted") o.metrics.evictionAnswered("accepted");
        o.log.debug(event.kind, { object: key, node: "node" in event ? event.node : undefined });
      },
    };
    this.#household = new Household({
      estate,
      faces: o.faces,
      signal,
      isOurs: (face) => (o.leads?.() ?? true) && (face.kind !== "NodeMaintenance" || !predecessor.isActive()),
      ...(o.queue === undefined ? {} : { queue: o.queue }),
    });
    watched.store.onChange((changes) => {
      for (const { before, after } of changes) {
        const node = nodeOfLease((after ?? before)?.name ?? "");
        if (node === undefined) continue;
        // Our own renewals come back here too, and are no news.
        if (after?.value.spec?.holderIdentity !== leaseHolder) desk.leaseChanged(node);
        this.#household.nodeChanged(node);
      }
    });
    const ofOwnPod = ownPod === undefined ? [] : [ownPod];
    this.#parts = [this.#household, checks, desk, ...ofOwnPod, fleet, predecessor, watches];
    this.ready = this.#begin([watched, predecessor.source], ownPod, o.log);
  }

  get household(): Household {
    return this.#household;
  }

  /** Begins nothing new, and lets what is being written be finished. */
  async drain(within: Millis): Promise<void> {
    await this.#household.drain(within);
  }

  async #begin(sources: readonly Source<unknown>[], ownPod: OwnPodKeeper | undefined, log: Logger): Promise<void> {
    for (const source of sources) await readOnce(source, log);
    await ownPod?.begin();
    this.#household.begin();
    await this.#household.ready;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
  }
}

function nodeNameOf(object: KubeObject): string {
  return (object as Maintenance | NodeMaintenance).spec?.nodeName ?? "";
}
