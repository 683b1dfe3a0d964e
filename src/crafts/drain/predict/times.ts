import { askedAt } from "../../../cluster/view/asked-at.ts";
import type { ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { Range } from "../../../plan/step.ts";
import type { Instant } from "../../../runtime/clock.ts";
import { type SeenEnds, seenEnds, terminationTime } from "./ends.ts";
import { holdOf } from "./hold.ts";
import { startTime, unknownStart } from "./starts.ts";

/** What the disruption and workload controllers, the scheduler and the API take in each round (δ; measured on 1.36: 50–150 ms when idle). */
const lag: Range = { low: 40, likely: 120, high: 400 };

/** A pod that was asked to go, whether it is gone or not. */
export interface Left {
  readonly pod: PodView;
  readonly asked: Instant;
}

/** How long things take for the pods of one view; what is common to a workload is found out once. */
export class Times {
  readonly view: ClusterView;
  readonly #request: PlanRequest;
  readonly #seen: SeenEnds;
  readonly #pods: ReadonlyMap<string, readonly PodView[]>;
  readonly #left: ReadonlyMap<string, readonly Left[]>;
  readonly #starts = new Map<string, Range>();

  constructor(view: ClusterView, request: PlanRequest) {
    this.view = view;
    this.#request = request;
    this.#seen = seenEnds(view, request.nodes);
    // Those that are gone took their start here too.
    const pods = request.nodes.flatMap((node) => [...view.podsOn(node), ...view.goneFrom(node).map(({ pod }) => pod)]);
    this.#pods = Map.groupBy(pods, (pod) => pod.controller?.uid ?? "");
    const left = pods.flatMap((pod): readonly Left[] => {
      const asked = askedAt(pod);
      return asked === undefined ? [] : [{ pod, asked }];
    });
    this.#left = Map.groupBy(
      left.toSorted((a, b) => b.asked - a.asked),
      ({ pod }) => pod.namespace,
    );
  }

  /** Pods of this namespace that were asked to go, the latest first. */
  left(namespace: string): readonly Left[] {
    return this.#left.get(namespace) ?? [];
  }

  /** R: from its creation until a pod of the same workload is Ready. */
  start({ controller }: PodView): Range {
    if (controller === undefined) return unknownStart;
    const known = this.#starts.get(controller.uid);
    if (known !== undefined) return known;
    const here = this.#pods.get(controller.uid) ?? [];
    const peers = this.view.peers(controller.uid);
    const start = startTime([...here, ...(peers === "unknown" ? [] : peers)], here.length);
    this.#starts.set(controller.uid, start);
    return start;
  }

  /** G: from the request until it is gone; of one that terminates already, what is left. */
  end(pod: PodView): Range {
    return terminationTime(pod, this.view, this.#request.grace, this.#seen);
  }

  /** How long its eviction keeps its place in its budget. */
  hold(pod: PodView): Range {
    return holdOf(pod, this.start(pod), this.end(pod), lag);
  }
}
