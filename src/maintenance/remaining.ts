import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { compose } from "../plan/compose.ts";
import type { Forecast, Pace } from "../plan/forecast.ts";
import type { PlanRequest } from "../plan/request.ts";
import { forecastOf } from "../plan/timed.ts";
import { crafts } from "./crafts.ts";

/** How long what is still to be done will take, from this view on: the prediction made anew with all that has been seen since. Pure. */
export function remaining(request: PlanRequest, view: ClusterView, pace: Pace): Forecast {
  return forecastOf(crafts, compose(crafts, view, request).nodes, view, request, pace);
}
