import type { ObserveWatch, WatchObserver } from "../../src/cluster/live/watch-observer.ts";

/** What is watched now, each resource as often as it is, and how often anything was heard of each. */
export class HeardWatches {
  readonly open: string[] = [];
  readonly heard = new Map<string, number>();

  readonly began: ObserveWatch = (resource): WatchObserver => {
    this.open.push(resource);
    return {
      heard: () => void this.heard.set(resource, (this.heard.get(resource) ?? 0) + 1),
      ended: () => void this.open.splice(this.open.indexOf(resource), 1),
    };
  };
}
