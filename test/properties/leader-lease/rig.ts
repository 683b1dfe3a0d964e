import { leases } from "../../../src/kube/resource.ts";
import type { Lease } from "../../../src/kube/lease.ts";
import type { Millis, VirtualClock } from "../../../src/runtime/clock.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { createVirtualClock } from "../../../src/runtime/virtual-clock.ts";
import type { FaultPlan } from "../../../src/simulator/faults.ts";
import type { Permissions } from "../../../src/simulator/server/permissions.ts";
import { createEmbeddedCluster, type EmbeddedCluster } from "../../../src/simulator/embedded-cluster.ts";
import type { LeaderLeaseEnd } from "../../../src/client/leader-lease/contract.ts";
import { type LeaderLease, startLeaderLease } from "../../../src/client/leader-lease/leader-lease.ts";
import { Process } from "./process.ts";

const place = { namespace: "drydock", name: "leader" };

/** One replica: a process with a candidate in it, and all that the candidate told. */
export class Candidate {
  readonly identity: string;
  readonly process: Process;
  readonly lease: LeaderLease;
  /** "started", "stopped deadline", "leader b". */
  readonly told: string[] = [];
  signal: AbortSignal | undefined;
  end: LeaderLeaseEnd | undefined;

  constructor(identity: string, rig: Rig, deny: Permissions) {
    this.identity = identity;
    this.process = new Process(rig.clock);
    this.lease = startLeaderLease({
      api: this.process.connected(rig.cluster.api({ name: identity, deny })),
      ...place,
      identity,
      clock: this.process.clock,
      random: seededRandom(identity),
    });
    this.lease.onChange((change) => {
      if (change.kind === "started") {
        this.signal = change.signal;
        this.told.push("started");
      } else if (change.kind === "stopped") this.told.push(`stopped ${change.why}`);
      else if (change.kind === "leader") this.told.push(`leader ${change.identity ?? "none"}`);
      else this.told.push(`trouble ${change.error.code}`);
    });
    void this.lease.ended.then((end) => {
      this.end = end;
    });
  }

  /** As a worker does: it looks right before it acts, if it runs at all. */
  get acts(): boolean {
    return !this.process.isFrozen && this.lease.isLeader;
  }
}

/** Candidates for one Lease on an embedded cluster, in virtual time, with a worker in each that wants to act all the time. */
export class Rig implements AsyncDisposable {
  readonly clock: VirtualClock = createVirtualClock();
  readonly cluster: EmbeddedCluster;
  readonly candidates: Candidate[] = [];
  /** Instants at which two acted. */
  readonly faults: string[] = [];

  constructor(options: { readonly seed?: string; readonly faults?: FaultPlan } = {}) {
    const { seed = "leader", faults } = options;
    this.cluster = createEmbeddedCluster({ clock: this.clock, random: seededRandom(seed), ...(faults === undefined ? {} : { faults }) });
    this.cluster.control.addNamespace(place.namespace);
  }

  start(identity: string, deny: Permissions = []): Candidate {
    const candidate = new Candidate(identity, this, deny);
    this.candidates.push(candidate);
    return candidate;
  }

  get record(): Lease["spec"] {
    return this.cluster.control.find<Lease>(leases, place)?.spec;
  }

  get acting(): readonly Candidate[] {
    return this.candidates.filter(({ acts }) => acts);
  }

  look(): void {
    const acting = this.acting.map(({ identity }) => identity);
    if (acting.length > 1) this.faults.push(`${acting.join(" and ")} at ${this.clock.monotonic()}`);
  }

  /** An edit of the record by somebody else. */
  edit(spec: Lease["spec"]): void {
    this.cluster.control.edit(leases, place, { kind: "merge", body: { spec: { ...spec } } }, {}, "somebody");
  }

  label(): void {
    const body = { metadata: { labels: { at: String(this.clock.monotonic()) } } };
    if (this.record !== undefined) this.cluster.control.edit(leases, place, { kind: "merge", body }, {}, "somebody");
  }

  delete(): void {
    if (this.record !== undefined) this.cluster.control.remove(leases, place, {}, "somebody");
  }

  /** Lets time pass; looks who acts every 50 ms. */
  async pass(ms: Millis): Promise<void> {
    let over = false;
    const end = this.clock.monotonic() + ms;
    const tick = (): void => {
      this.look();
      if (this.clock.monotonic() >= end) over = true;
      else this.clock.timer(Math.min(50, end - this.clock.monotonic()), tick);
    };
    tick();
    const how = await this.clock.run(() => over, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 2_000 });
    if (how !== "reached") throw new Error(`time did not pass: ${how}`);
  }

  /** Lets time pass until `holds`; says how long it took, or undefined after `limit`. */
  async until(holds: () => boolean, limit: Millis = 300_000): Promise<Millis | undefined> {
    const from = this.clock.monotonic();
    while (!holds()) {
      if (this.clock.monotonic() - from >= limit) return undefined;
      await this.pass(50);
    }
    return this.clock.monotonic() - from;
  }

  async stop(candidate: Candidate): Promise<LeaderLeaseEnd> {
    const disposed = candidate.lease[Symbol.asyncDispose]();
    await this.until(() => candidate.end !== undefined);
    await disposed;
    return await candidate.lease.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.candidates) process.thaw();
    this.cluster.control.faults.turn(false);
    for (const candidate of this.candidates) await this.stop(candidate);
    await this.cluster[Symbol.asyncDispose]();
  }
}
