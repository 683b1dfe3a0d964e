import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { ExecutionEvent } from "../execution/event.ts";
import type { Pace } from "../plan/forecast.ts";
import type { Plan } from "../plan/plan.ts";
import type { Instant, Millis } from "../runtime/clock.ts";
import { remaining } from "./remaining.ts";

/** A forecast is worth being told so often where pods have gone on, and so often where none has. */
const afterProgress: Millis = 2_000;
const withoutProgress: Millis = 10_000;

/** Tells what remains while a drain goes on. Asked in every pass; answers from time to time. */
export class Forecaster {
  readonly #plan: Plan;
  readonly #pace: Pace;
  readonly #moved: readonly string[];
  #last: { readonly at: Instant; readonly onTheWay: number } | undefined;

  constructor(plan: Plan, pace: Pace) {
    this.#plan = plan;
    this.#pace = pace;
    const moves = ["evict", "delete", "wait"];
    this.#moved = plan.nodes.flatMap(({ steps }) =>
      steps.filter(({ stage, action }) => stage === "evacuate" && moves.includes(action)).map(({ subject }) => subject.uid),
    );
  }

  /** undefined: nothing new to say, or nothing left to say it of. */
  next(view: ClusterView): Extract<ExecutionEvent, { kind: "forecast" }> | undefined {
    const pods = this.#moved.map((uid) => view.pod(uid));
    if (pods.every((pod) => pod === undefined)) return undefined;
    const onTheWay = pods.reduce((sum, pod) => sum + (pod === undefined ? 2 : pod.deletionTimestamp === undefined ? 0 : 1), 0);
    const elapsed = view.asOf - (this.#last?.at ?? Number.NEGATIVE_INFINITY);
    if (elapsed < (onTheWay === this.#last?.onTheWay ? withoutProgress : afterProgress)) return undefined;
    this.#last = { at: view.asOf, onTheWay };
    const { nodes, whole } = remaining(this.#plan.request, view, this.#pace);
    return { kind: "forecast", at: view.asOf, nodes: [...nodes].map(([node, range]) => ({ node, remaining: range })), remaining: whole };
  }
}
