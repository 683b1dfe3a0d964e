import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Craft } from "./craft.ts";
import type { Forecast, Pace } from "./forecast.ts";
import type { NodePlan } from "./plan.ts";
import { longest } from "./range.ts";
import type { PlanRequest } from "./request.ts";

/** When what is planned will have happened, by the crafts that can tell; steps that a craft has timed itself keep their time otherwise. */
export function forecastOf(
  crafts: readonly Craft[],
  nodes: readonly NodePlan[],
  view: ClusterView,
  request: PlanRequest,
  pace: Pace,
): Forecast {
  const forecasts = crafts.flatMap((craft) => craft.predict?.(nodes, view, request, pace) ?? []);
  const own = nodes
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.predicted === undefined ? [] : [[step.id, step.predicted] as const]));
  const steps = new Map([...own, ...forecasts.flatMap((forecast) => [...forecast.steps])]);
  const byNode = nodes.map(({ node, steps: all }) => {
    const times = [...forecasts.map((forecast) => forecast.nodes.get(node)), ...all.map(({ id }) => steps.get(id))];
    return [node, longest(times)] as const;
  });
  return { steps, nodes: new Map(byNode), whole: longest([...forecasts.map(({ whole }) => whole), ...byNode.map(([, range]) => range)]) };
}

/** The same nodes with the times of a forecast. */
export function timed(nodes: readonly NodePlan[], forecast: Forecast): readonly NodePlan[] {
  return nodes.map(({ node, steps, predicted }) => ({
    node,
    steps: steps.map((step) => {
      const range = forecast.steps.get(step.id);
      return range === undefined ? step : { ...step, predicted: range };
    }),
    predicted: forecast.nodes.get(node) ?? predicted,
  }));
}
