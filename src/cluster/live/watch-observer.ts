/** Follows one watch. Called synchronously and often: it does not throw, and does nothing slow. */
export interface WatchObserver {
  /** The server has said something of it: a page, its opening, an event, a bookmark. */
  heard(): void;
  /** It is no more. */
  ended(): void;
}

/** A watch of this resource begins ("pods", "leases.coordination.k8s.io"). There may be several of one resource. */
export type ObserveWatch = (resource: string) => WatchObserver;
