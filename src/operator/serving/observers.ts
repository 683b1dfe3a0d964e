import type { ObserveWatch } from "../../cluster/live/watch-observer.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";

// What the parts of the operator tell about their work. They know these interfaces only (queues have their own, client/work-queue/contract.ts);
// metrics.ts alone knows what becomes of it. Methods are called synchronously and often: they do not throw, and do nothing slow.

export interface LeaderObserver {
  leads(lease: string, isLeader: boolean): void;
}

export interface WebhookObserver {
  /** A request for admission has begun; call the answer at its end with the HTTP status. */
  began(path: string): (code: number) => void;
}

export interface CertificateObserver {
  /** The Secret was looked at. */
  read(outcome: "success" | "failure"): void;
  /** What is served now is valid until then. */
  servedUntil(instant: Instant): void;
}

/** One object that takes a node out, as it stands now. */
export interface MaintenanceSeries {
  readonly kind: "Maintenance" | "NodeMaintenance";
  readonly name: string;
  readonly phase: string;
}

/** How a node that is out stands now. */
export interface NodeSeries {
  readonly node: string;
  readonly podsLeft: number;
  /** How many of them wait for something, by the blocker's code. */
  readonly blocked: ReadonlyMap<string, number>;
  /** Whether the lease `node-NAME` of medik8s is held by us. */
  readonly leaseHeld: boolean;
}

/** What the domain tells. A node or object that is not named any more has no series any more. */
export interface DomainObserver {
  maintenances(all: readonly MaintenanceSeries[]): void;
  nodes(out: readonly NodeSeries[]): void;
  maintenanceEnded(kind: MaintenanceSeries["kind"], outcome: string, lasted: Millis): void;
  podEvicted(): void;
  /** How the server answered an eviction: "accepted", "budget", "webhook", "gone"… */
  evictionAnswered(answer: string): void;
  /** A watch begins: when it was last heard of counts until it ends. */
  readonly watchBegan: ObserveWatch;
  statusWritten(kind: MaintenanceSeries["kind"], result: "written" | "conflict" | "unchanged" | "failed"): void;
}
