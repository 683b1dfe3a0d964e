import type { Millis } from "../../runtime/clock.ts";

// What the parts of the operator tell about their work. They know these interfaces only; metrics.ts alone knows what becomes of it.
// Methods are called synchronously and often: they do not throw, and do nothing slow.

/** As controller-runtime counts the ends of a reconcile. */
export type ReconcileResult = "success" | "requeue" | "requeue_after" | "error";

export interface ReconcileObserver {
  /** A worker has begun. Whoever gets the answer calls it once, at the end. */
  began(): (result: ReconcileResult) => void;
  /** How many keys may be in work at once. */
  limit(concurrent: number): void;
}

/** One work queue. Times are the observer's own: it is told what happens as it happens. */
export interface QueueObserver {
  /** A key that was not in the queue is in it now. */
  added(key: string, priority: number): void;
  /** A waiting key's priority was changed. */
  moved(key: string, priority: number): void;
  /** A worker has taken the key. */
  taken(key: string): void;
  /** The worker is done with it. */
  done(key: string): void;
  /** A key is to come back after a back-off. */
  retried(key: string): void;
}

/** Requests to the API server, one by one. */
export interface RequestObserver {
  /** `code`: the HTTP status, or "<error>" where there was no answer, as client-go writes it. */
  answered(request: { readonly method: string; readonly host: string; readonly code: string }): void;
}

export interface LeaderObserver {
  leads(lease: string, isLeader: boolean): void;
}

export interface WebhookObserver {
  /** A request for admission has begun; call the answer at its end with the HTTP status. */
  began(path: string): (code: number) => void;
}

export interface CertificateObserver {
  read(outcome: "success" | "failure"): void;
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
  /** Something came from a watch of this resource. */
  watchHeard(resource: string): void;
  /** This watch is no more: its age says nothing. */
  watchEnded(resource: string): void;
  statusWritten(kind: MaintenanceSeries["kind"], result: "written" | "conflict" | "unchanged" | "failed"): void;
}
